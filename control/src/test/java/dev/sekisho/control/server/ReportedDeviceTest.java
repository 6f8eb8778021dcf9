package dev.sekisho.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.control.challenge.Challenge;
import dev.sekisho.control.device.Device;
import dev.sekisho.control.state.Attempt;
import dev.sekisho.dataplane.flow.LockReason;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What is kept of a device whose user said that it was not them.
@Tag("I02")
class ReportedDeviceTest {
    private static final Instant OPENED = Instant.parse("2026-01-05T10:00:00Z");

    private static Challenge challenge(String resource, String target, String source) {
        return new Challenge(
                "c1",
                Challenge.Purpose.NETWORK,
                "u1",
                "alice",
                new Challenge.Subject("alice/laptop", resource, target, "tcp", source),
                11,
                List.of(11, 12, 13),
                0,
                Challenge.State.DENIED,
                Optional.empty(),
                OPENED,
                OPENED.plusSeconds(60),
                Optional.of(OPENED.plusSeconds(5)));
    }

    @Test
    void theEvidenceIsWhatItHadAskedFor() {
        assertThat(NetworkChallenges.reported(Optional.of(challenge("db", "10.0.1.5:5432", "198.51.100.7"))))
                .isEqualTo(new Device.Grounds(
                        LockReason.REPORTED,
                        "asked for db, its user said: this was not me",
                        "198.51.100.7",
                        List.of(Attempt.of("10.0.1.5:5432", OPENED.toEpochMilli()))));
    }

    @Test
    void aChallengeThatIsGoneStillLocks() {
        Device.Grounds grounds = NetworkChallenges.reported(Optional.empty());
        assertThat(grounds.reason()).isEqualTo(LockReason.REPORTED);
        assertThat(grounds.comment()).isEqualTo("its user said: this was not me");
        assertThat(grounds.attempts()).isEmpty();
    }

    @Test
    void oneWithoutATargetHasNoAttempts() {
        assertThat(NetworkChallenges.reported(Optional.of(challenge("", "", "")))
                        .attempts())
                .isEmpty();
    }
}
