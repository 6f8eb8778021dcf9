package dev.sekisho.control.grant;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// Which of the resources that somebody may reach or request are wanted. Immutable. Decoys never are.
///
/// @param userId who
/// @param roleIds all roles that they have, directly or through others
/// @param now the moment that counts; grants that are over don't
public record ReachQuery(String userId, List<String> roleIds, Instant now, Wanted wanted) {
    public ReachQuery {
        roleIds = List.copyOf(roleIds);
    }

    /// The same, with the roles in any order.
    public static ReachQuery of(String userId, Collection<String> roleIds, Instant now, Wanted wanted) {
        return new ReachQuery(userId, roleIds.stream().sorted().toList(), now, wanted);
    }

    /// What is asked for.
    ///
    /// @param text is part of name, description or addresses
    /// @param resourceId only this one
    public record Wanted(By by, Optional<String> text, Optional<String> resourceId) {
        /// All.
        public static final Wanted ALL = new Wanted(By.EITHER, Optional.empty(), Optional.empty());
    }

    /// Why a resource is in the list.
    public enum By {
        /// A grant names the user or one of their roles, or they may request it.
        EITHER,
        /// A grant names the user or one of their roles; also one that forbids or holds at other times.
        GRANT,
        /// They may request it, and no grant without hours of the week opens or forbids it now.
        REQUEST
    }

    /// What was found.
    ///
    /// @param resourceIds of a page and one more, by name
    /// @param total how many there are in all
    public record Found(List<String> resourceIds, long total) {
        public Found {
            resourceIds = List.copyOf(resourceIds);
        }
    }
}
