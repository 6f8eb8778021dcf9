package dev.sekisho.control.login;

import java.time.Instant;
import java.util.Optional;

/// A command line that waits to be let in. Immutable.
///
/// @param userCode what a person reads there and types here, such as `WXYZ-1234`
/// @param client how the command line describes itself
/// @param source the address that it came from
/// @param userId who let it in
public record DeviceCode(
        String id,
        String userCode,
        String client,
        String source,
        Optional<String> userId,
        State state,
        Instant expiresAt) {
    /// What was decided.
    public enum State {
        /// Nothing yet.
        PENDING,
        /// It may come in, once.
        APPROVED,
        /// It may not.
        DENIED
    }
}
