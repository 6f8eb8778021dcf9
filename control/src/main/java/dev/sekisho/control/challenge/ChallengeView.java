package dev.sekisho.control.challenge;

import dev.sekisho.control.place.Places;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A challenge as its user, or who may see all, sees it: without the right number.
///
/// @param id its identity
/// @param purpose `network`, `proxy`, `application`, `portal`
/// @param user who is asked
/// @param device by which device something was touched
/// @param resource what was touched
/// @param target its address and port
/// @param protocol `tcp`, `udp`, `icmp`
/// @param source the address that it comes from
/// @param place where that is on earth, as `Vienna, Austria`, when the server knows
/// @param choices the numbers to choose from
/// @param state `open`, `approved`, `denied`, `expired`
/// @param method by what it was answered
/// @param openedAt when it was asked
/// @param expiresAt when it ends by itself
/// @param settledAt when it ended
public record ChallengeView(
        String id,
        String purpose,
        String user,
        String device,
        String resource,
        String target,
        String protocol,
        String source,
        Optional<String> place,
        List<Integer> choices,
        String state,
        Optional<String> method,
        Instant openedAt,
        Instant expiresAt,
        Optional<Instant> settledAt) {
    /// A challenge, as it is seen.
    ///
    /// @param places tells where its source is
    public static ChallengeView of(Challenge challenge, Places places) {
        Challenge.Subject subject = challenge.subject();
        return new ChallengeView(
                challenge.id(),
                Challenges.lower(challenge.purpose()),
                challenge.userName(),
                subject.device(),
                subject.resource(),
                subject.target(),
                subject.protocol(),
                subject.source(),
                places.of(subject.source()),
                challenge.choices(),
                Challenges.lower(challenge.state()),
                challenge.method().map(Challenges::lower),
                challenge.openedAt(),
                challenge.expiresAt(),
                challenge.settledAt());
    }
}
