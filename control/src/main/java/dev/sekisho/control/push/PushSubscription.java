package dev.sekisho.control.push;

import java.time.Instant;
import java.util.Optional;

/// A browser that takes push messages for a user. Immutable.
///
/// @param id its identity
/// @param userId whose
/// @param label how they call it
/// @param keys where and how; a secret
/// @param madeAt since when
/// @param lastUsedAt when it last took one
public record PushSubscription(
        String id, String userId, String label, Keys keys, Instant madeAt, Optional<Instant> lastUsedAt) {
    /// What the browser gave.
    ///
    /// @param endpoint the URL at the push service; whoever knows it can push
    /// @param p256dh the browser's public key in base 64
    /// @param auth the browser's secret in base 64
    public record Keys(String endpoint, String p256dh, String auth) {
        @Override
        public String toString() {
            return "Keys";
        }
    }
}
