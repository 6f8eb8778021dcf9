package dev.sekisho.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.it.lab.Child;
import dev.sekisho.it.lab.Outcome;
import dev.sekisho.it.lab.Pair;
import dev.sekisho.it.lab.Ping;
import dev.sekisho.it.lab.Traffic;
import dev.sekisho.it.lab.WireguardPeer;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Datagrams that are no message, or not a right one, while honest traffic goes on: none of the latter is lost.
@NeedsNetns
class JunkIT {
    private static final Duration LIMIT = Duration.ofSeconds(40);
    private static final String ECHO_PORT = "5201";
    private static final int RELAY_PORT = 51900;

    @Test
    void honestTrafficLosesNothingBesideJunk() {
        try (Pair pair = Pair.connected(Subject.implementation(), Subject.counterpart());
                Child _ = Traffic.serve(pair.netns().left(), "udp-serve", "0.0.0.0", ECHO_PORT);
                Child junk = junk(pair, "20000", "4000")) {
            Outcome echoes = Traffic.in(
                            pair.netns().right(),
                            "udp",
                            pair.netns().left().inner4(),
                            ECHO_PORT,
                            "64,1392,700",
                            "2000",
                            "4",
                            "2")
                    .run();

            assertThat(echoes.text().strip()).startsWith("sent 2000 echoed 2000 wrong 0");
            assertThat(junk.awaitEnd(LIMIT).text()).contains("junk 20000");
            assertThat(pair.left().process().isAlive()).isTrue();
            assertThat(pair.left().process().output())
                    .as("nothing thrown")
                    .doesNotContain("Exception")
                    .doesNotContainPattern("(?m)^\\s+at [a-z.]+");
            assertThat(pair.left().stateOf(pair.right()).endpoint())
                    .as("junk moves no endpoint")
                    .isEqualTo(pair.right().endpoint4());
        }
    }

    @Test
    void junkAloneIsAnsweredWithNothingButCookies() {
        try (Pair pair = Pair.start(1500, Subject.implementation(), Subject.counterpart());
                Child junk = junk(pair, "3000", "3000")) {
            pair.left().up(Pair.USUAL_MTU);
            pair.right().up(Pair.USUAL_MTU);
            junk.awaitEnd(LIMIT);

            pair.acquaint();

            pair.awaitPing();
        }
    }

    /// Copies, replays, cut, stretched and broken datagrams and reflections, made from the peers' own ones on their
    /// way.
    @ParameterizedTest
    @EnumSource(
            value = Pairing.class,
            names = {"SUBJECT_LEFT", "SUBJECT_RIGHT", "SUBJECT_BOTH"})
    void honestTrafficLosesNothingThroughAHostileRelay(Pairing pairing) {
        try (Pair pair = pairing.start(1500);
                Child _ = relay(pair);
                Child _ = Traffic.serve(pair.netns().left(), "udp-serve", "0.0.0.0", ECHO_PORT)) {
            pair.left().up(Pair.USUAL_MTU).accept(pair.right());
            WireguardPeer right = pair.right().up(Pair.USUAL_MTU);
            right.call(pair.left(), "198.18.0.12:" + RELAY_PORT);
            Pair.awaitPing(right.namespace(), pair.netns().left().inner4());

            Outcome echoes = Traffic.in(
                            right.namespace(),
                            "udp",
                            pair.netns().left().inner4(),
                            ECHO_PORT,
                            "64,1392,700",
                            "1500",
                            "4",
                            "0")
                    .run();

            assertThat(echoes.text().strip()).startsWith("sent 1500 echoed 1500 wrong 0");
            assertThat(Ping.run(pair.netns().left(), pair.netns().right().inner4(), 50, 0.01)
                            .text())
                    .as("no duplicates reach the tunnel")
                    .doesNotContain(" 0 received")
                    .doesNotContainPattern(Pattern.compile("DUP!|duplicates"));
            assertThat(pair.left().stateOf(right).endpoint()).isEqualTo("198.18.0.12:" + RELAY_PORT);
        }
    }

    private static Child junk(Pair pair, String count, String perSecond) {
        return Traffic.in(
                        pair.netns().right(),
                        "junk",
                        pair.netns().left().outer4(),
                        "51820",
                        pair.left().keys().publicKey(),
                        count,
                        perSecond)
                .start();
    }

    private static Child relay(Pair pair) {
        pair.netns().right().addCableAddress("198.18.0.12/24");
        return Traffic.serve(
                pair.netns().right(),
                "relay",
                "198.18.0.12",
                Integer.toString(RELAY_PORT),
                pair.netns().left().outer4(),
                "51820");
    }
}
