package dev.sekisho.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.it.lab.Pair;
import dev.sekisho.it.lab.Ping;
import dev.sekisho.it.lab.WireguardPeer;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Either side ends, politely or not, and comes back.
@NeedsNetns
class RestartIT {
    @Test
    void sigtermLeavesNeitherInterfaceNorSocketBehind() {
        try (Pair pair = Pair.connected(Subject.implementation(), Subject.counterpart())) {
            WireguardPeer subject = pair.left();

            subject.terminate();

            assertThat(subject.namespace().hasInterface(subject.name())).isFalse();
            assertThat(subject.socket()).doesNotExist();
            assertThat(subject.namespace().run("ss", "-Hulpn").out()).doesNotContain(":51820");
        }
    }

    @ParameterizedTest(name = "with kill -9: {0}")
    @ValueSource(booleans = {true, false})
    void theSubjectComesBackUnderTheSameName(boolean kill) {
        try (Pair pair = Pair.connected(Subject.implementation(), Subject.counterpart())) {
            WireguardPeer subject = pair.left();
            if (kill) {
                subject.kill();
                assertThat(Files.exists(subject.socket()))
                        .as("a stale socket to cope with")
                        .isTrue();
            } else {
                subject.terminate();
            }

            subject.restart();
            subject.identify()
                    .up(Pair.USUAL_MTU)
                    .call(pair.right(), pair.right().endpoint4());

            pair.awaitPing();
            assertThat(Ping.answers(pair.netns().right(), pair.netns().left().inner6()))
                    .isTrue();
        }
    }

    /// The side that stayed still has a session that the other has forgotten: it must notice and shake hands again.
    @ParameterizedTest(name = "{0}")
    @EnumSource(Pairing.class)
    void trafficOfTheSideThatStayedFindsItsWayAgain(Pairing pairing) {
        try (Pair pair = pairing.connected()) {
            WireguardPeer forgetful = pair.right();
            forgetful.kill();

            forgetful.restart();
            forgetful.identify().up(Pair.USUAL_MTU).accept(pair.left());

            pair.awaitPing();
            assertThat(forgetful.stateOf(pair.left()).endpoint())
                    .isEqualTo(pair.left().endpoint4());
        }
    }
}
