package dev.sekisho.control.role;

import dev.sekisho.policy.Permission;
import dev.sekisho.policy.RoleId;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/// A role as somebody wants it to be. Immutable; the body of requests.
///
/// @param permissions labels
/// @param parents names of roles
public record RoleDraft(String name, Optional<String> description, List<String> permissions, List<String> parents) {
    private static final int MAX_DESCRIPTION = 1000;
    private static final int MAX_PARENTS = 100;

    /// Checks it.
    ///
    /// @throws IllegalArgumentException with a sentence
    public RoleDraft {
        name = new RoleId(NameKey.shown(name)).name();
        if (description.orElse("").length() > MAX_DESCRIPTION) {
            throw new IllegalArgumentException("a description has at most " + MAX_DESCRIPTION + " characters");
        }
        if (description.orElse("").codePoints().anyMatch(c -> Character.isISOControl(c) && c != '\n')) {
            throw new IllegalArgumentException("a description has no control character");
        }
        for (String label : permissions) {
            if (Permission.of(label).isEmpty()) {
                throw new IllegalArgumentException(
                        "there is no such permission; GET /roles shows those that there are");
            }
        }
        if (parents.size() > MAX_PARENTS) {
            throw new IllegalArgumentException("a role has at most " + MAX_PARENTS + " parents");
        }
        permissions = List.copyOf(new TreeSet<>(permissions));
        parents = List.copyOf(parents);
    }
}
