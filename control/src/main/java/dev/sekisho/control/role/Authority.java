package dev.sekisho.control.role;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.web.Principal;
import dev.sekisho.control.web.Problem;
import dev.sekisho.policy.Permission;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// The rule against climbing: nobody hands out, or lays hands on, what they may not do themselves. Administrators may
/// do everything, so it never stops them. Stateless.
public final class Authority {
    /// The host's administrator, who is no user and may do everything.
    public static final Principal ROOT = new Principal(
            Optional.empty(),
            Actor.ROOT.name(),
            Actor.Via.LOCAL,
            "",
            EnumSet.allOf(Permission.class),
            true,
            Optional.empty(),
            "");

    private Authority() {}

    /// Checks that somebody may do all of it themselves.
    ///
    /// @param what what they are about to do, as in "giving this role"
    /// @throws Problem 403 naming the permissions that they lack
    public static void require(Principal by, Collection<Permission> needed, String what) {
        if (needed.isEmpty()) {
            return;
        }
        Set<Permission> lacking = EnumSet.copyOf(needed);
        lacking.removeAll(by.permissions());
        if (!lacking.isEmpty()) {
            throw Problem.forbidden(
                    "beyond-your-permissions",
                    what + " needs permissions that you don't have yourself: "
                            + lacking.stream().map(Permission::label).sorted().collect(Collectors.joining(", ")));
        }
    }
}
