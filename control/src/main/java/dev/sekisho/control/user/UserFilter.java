package dev.sekisho.control.user;

import java.util.Optional;

/// Which users are wanted. Immutable.
///
/// @param text part of the name, the display name or the address
/// @param role name of a role that they have directly
/// @param service whether people or service accounts; empty = both
public record UserFilter(
        Optional<String> text, Optional<String> role, Optional<User.State> state, Optional<Boolean> service) {
    /// Everybody.
    public static final UserFilter ALL =
            new UserFilter(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
}
