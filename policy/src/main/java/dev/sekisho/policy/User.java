package dev.sekisho.policy;

import java.util.List;
import java.util.Objects;
import java.util.Set;

/// A person. Immutable.
///
/// @param id their name
/// @param roles the roles that they have
/// @param permissions what they may do beyond reaching resources
public record User(UserId id, List<RoleId> roles, Set<Permission> permissions) {
    public User {
        Objects.requireNonNull(id, "id");
        roles = List.copyOf(roles);
        permissions = Set.copyOf(permissions);
    }
}
