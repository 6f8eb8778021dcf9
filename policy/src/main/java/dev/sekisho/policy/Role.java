package dev.sekisho.policy;

import java.util.List;
import java.util.Objects;

/// A role. Immutable.
///
/// @param id its name
/// @param roles the roles that it belongs to: whoever has this role also has those, and what they are
///     granted
public record Role(RoleId id, List<RoleId> roles) {
    public Role {
        Objects.requireNonNull(id, "id");
        roles = List.copyOf(roles);
    }
}
