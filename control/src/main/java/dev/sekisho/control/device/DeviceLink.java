package dev.sekisho.control.device;

import java.time.Instant;
import java.util.Optional;

/// A link that hands a device's configuration out once. Immutable. It knows neither its secret nor the configuration.
///
/// @param maker who made it, by name
/// @param makerId their identity, unless they are no user
/// @param expiresAt when it ends unfetched
/// @param endedAt when it was fetched, revoked or found expired
/// @param fetchedFrom the address that fetched it; empty otherwise
public record DeviceLink(
        String id,
        String deviceId,
        String maker,
        Optional<String> makerId,
        State state,
        Instant createdAt,
        Instant expiresAt,
        Optional<Instant> endedAt,
        String fetchedFrom) {
    /// How far it is.
    public enum State {
        OPEN,
        FETCHED,
        /// Nobody fetched it in time.
        EXPIRED,
        /// Somebody took it back, or the device got another key.
        REVOKED
    }

    /// The state at a moment: what nobody has noted yet included.
    public State stateAt(Instant now) {
        return state == State.OPEN && !expiresAt.isAfter(now) ? State.EXPIRED : state;
    }
}
