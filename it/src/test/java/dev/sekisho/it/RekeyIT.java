package dev.sekisho.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.it.lab.Child;
import dev.sekisho.it.lab.Pair;
import dev.sekisho.it.lab.Ping;
import dev.sekisho.it.lab.Traffic;
import java.time.Duration;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// New keys under way, at the protocol's own pace: a soak test of five minutes a pairing, run by `-Dit.soak=true`.
@NeedsNetns
@EnabledIfSystemProperty(
        named = "it.soak",
        matches = "true",
        disabledReason = "waits for two rekeys of 120 s: run with -Dit.soak=true")
class RekeyIT {
    private static final Duration LIMIT = Duration.ofMinutes(6);
    /// Past the second REKEY_AFTER_TIME of 120 s (WireGuard paper 6.1).
    private static final int SECONDS = 270;

    @ParameterizedTest
    @EnumSource(Pairing.class)
    void nothingIsLostWhileKeysChange(Pairing pairing) {
        try (Pair pair = pairing.connected();
                Child _ = Traffic.serve(pair.netns().right(), "tcp-serve", "0.0.0.0", "5201")) {
            long first = pair.left().stateOf(pair.right()).latestHandshakeSeconds();
            long bytes = SECONDS * 1_000_000L;
            try (Child ping = Ping.command(
                                    pair.netns().left(), pair.netns().right().inner4(), SECONDS * 10, 0.1)
                            .start();
                    Child transfer = Traffic.in(
                                    pair.netns().left(),
                                    "tcp",
                                    pair.netns().right().inner4(),
                                    "5201",
                                    Long.toString(bytes),
                                    "1000000")
                            .start()) {
                assertThat(transfer.awaitEnd(LIMIT).text().strip()).isEqualTo("ok " + bytes);
                Ping result = Ping.parse(ping.awaitEnd(LIMIT));
                assertThat(result.received()).isEqualTo(result.sent());
            }
            assertThat(pair.left().stateOf(pair.right()).latestHandshakeSeconds())
                    .isGreaterThanOrEqualTo(first + 2 * 120);
        }
    }
}
