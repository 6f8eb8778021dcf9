package dev.sekisho.control.challenge;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A question to a user: is this you? Immutable.
///
/// @param id its identity
/// @param purpose what it is for
/// @param userId who is asked
/// @param userName their name
/// @param subject what they touched
/// @param number what the asking side shows, 10 to 99
/// @param choices three numbers, one of them the right one
/// @param wrongNumbers how often a wrong one was chosen
/// @param state how it stands
/// @param method by what it was answered, if it was
/// @param openedAt when it was asked
/// @param expiresAt when it ends by itself
/// @param settledAt when it ended, if it has
public record Challenge(
        String id,
        Purpose purpose,
        String userId,
        String userName,
        Subject subject,
        int number,
        List<Integer> choices,
        int wrongNumbers,
        State state,
        Optional<Method> method,
        Instant openedAt,
        Instant expiresAt,
        Optional<Instant> settledAt) {
    public Challenge {
        choices = List.copyOf(choices);
    }

    /// What a challenge is for.
    public enum Purpose {
        /// Packets wait for it.
        NETWORK,
        /// A session through a proxy waits for it.
        PROXY,
        /// A login to an application waits for it.
        APPLICATION,
        /// An action in the portal waits for it.
        PORTAL
    }

    /// How a challenge stands.
    public enum State {
        /// Nobody has answered yet.
        OPEN,
        /// It was them.
        APPROVED,
        /// It was not, or they don't want it.
        DENIED,
        /// Nobody answered in time.
        EXPIRED
    }

    /// By what a challenge was answered.
    public enum Method {
        /// A tap in the portal, with the right number.
        PORTAL,
        /// A code of an authenticator app.
        TOTP,
        /// A passkey.
        PASSKEY,
        /// A recovery code.
        RECOVERY,
        /// A link that was sent to them.
        LINK,
        /// The host's administrator, by the local socket.
        LOCAL
    }

    /// What somebody touched, for their eyes: empty texts are left out.
    ///
    /// @param device by which device
    /// @param resource the resource's name
    /// @param target address and port
    /// @param protocol `tcp`, `udp`, `icmp`, or empty
    /// @param source the address on the internet that it comes from
    public record Subject(String device, String resource, String target, String protocol, String source) {}
}
