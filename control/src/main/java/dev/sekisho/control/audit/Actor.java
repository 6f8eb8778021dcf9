package dev.sekisho.control.audit;

import java.util.Objects;
import java.util.Optional;

/// Who does something, for the audit log. Immutable.
///
/// @param name the user's or service account's name, `root` on the local socket, `system` for what nobody asked for
/// @param userId the identity of the user or service account, if it is one
/// @param via how they came
/// @param source the address they came from, empty when there is none
public record Actor(String name, Optional<String> userId, Via via, String source) {
    /// What nobody asked for: expiry, retries, detection.
    public static final Actor SYSTEM = new Actor("system", Optional.empty(), Via.SYSTEM, "");

    /// The host's administrator, by the local socket or a command on the host.
    public static final Actor ROOT = new Actor("root", Optional.empty(), Via.LOCAL, "");

    /// How somebody came.
    public enum Via {
        /// A login session of the portal.
        SESSION,
        /// An API token.
        TOKEN,
        /// The local control socket or a command on the host.
        LOCAL,
        /// A link that was sent to them, or a login that is under way.
        LOGIN,
        /// Packets of a device.
        DEVICE,
        /// The server itself.
        SYSTEM
    }

    public Actor {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(userId, "userId");
        Objects.requireNonNull(via, "via");
        Objects.requireNonNull(source, "source");
    }
}
