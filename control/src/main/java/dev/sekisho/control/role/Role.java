package dev.sekisho.control.role;

import dev.sekisho.policy.Permission;
import java.util.List;
import java.util.Set;

/// A role. Immutable.
///
/// @param permissions what it allows by itself, without its parents
/// @param parents identities of the roles that whoever has this one also has
/// @param builtIn whether it was shipped; then only its members can be changed
public record Role(
        String id,
        String name,
        String description,
        Set<Permission> permissions,
        List<String> parents,
        boolean builtIn,
        long version) {
    public Role {
        permissions = Set.copyOf(permissions);
        parents = List.copyOf(parents);
    }
}
