package dev.sekisho.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.it.lab.Keys;
import dev.sekisho.it.lab.Pair;
import dev.sekisho.it.lab.Ping;
import dev.sekisho.it.lab.WireguardPeer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A handshake in both roles, over both families, with and without a pre-shared key. The subject is on the left.
@NeedsNetns
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HandshakeIT {
    private Pair pair;

    @BeforeAll
    void start() {
        pair = Pair.start(1500, Subject.implementation(), Subject.counterpart());
        pair.left().up(Pair.USUAL_MTU);
        pair.right().up(Pair.USUAL_MTU);
    }

    @AfterAll
    void stop() {
        pair.close();
    }

    @BeforeEach
    void forget() {
        pair.left().forgetPeers();
        pair.right().forgetPeers();
    }

    @ParameterizedTest(name = "subject initiates: {0}, pre-shared key: {1}, IPv6 outside: {2}")
    @CsvSource({
        "true,  false, false",
        "true,  false, true",
        "true,  true,  false",
        "true,  true,  true",
        "false, false, false",
        "false, false, true",
        "false, true,  false",
        "false, true,  true"
    })
    void completesInEitherRole(boolean subjectInitiates, boolean presharedKey, boolean outer6) {
        WireguardPeer initiator = subjectInitiates ? pair.left() : pair.right();
        WireguardPeer responder = subjectInitiates ? pair.right() : pair.left();
        responder.accept(initiator);
        initiator.call(responder, outer6 ? responder.endpoint6() : responder.endpoint4());
        if (presharedKey) {
            String key = Keys.presharedKey();
            initiator.presharedKey(responder, key);
            responder.presharedKey(initiator, key);
        }

        Pair.awaitPing(initiator.namespace(), responder.namespace().inner4());

        assertThat(Ping.answers(initiator.namespace(), responder.namespace().inner6()))
                .isTrue();
        assertThat(Ping.answers(responder.namespace(), initiator.namespace().inner4()))
                .isTrue();
        assertThat(Ping.answers(responder.namespace(), initiator.namespace().inner6()))
                .isTrue();
        assertThat(initiator.stateOf(responder).latestHandshakeSeconds()).isPositive();
        assertThat(responder.stateOf(initiator).latestHandshakeSeconds()).isPositive();
        assertThat(responder.stateOf(initiator).endpoint())
                .isEqualTo(outer6 ? initiator.endpoint6() : initiator.endpoint4());
        assertThat(responder.stateOf(initiator).receivedBytes()).isPositive();
        assertThat(responder.stateOf(initiator).sentBytes()).isPositive();
    }

    @ParameterizedTest(name = "subject initiates: {0}")
    @CsvSource({"true", "false"})
    void failsWithAnotherPresharedKeyAndCompletesOnceItIsRight(boolean subjectInitiates) {
        WireguardPeer initiator = subjectInitiates ? pair.left() : pair.right();
        WireguardPeer responder = subjectInitiates ? pair.right() : pair.left();
        responder.accept(initiator);
        String key = Keys.presharedKey();
        responder.presharedKey(initiator, key);
        initiator.call(responder, responder.endpoint4());
        initiator.presharedKey(responder, Keys.presharedKey());

        assertThat(Ping.answers(initiator.namespace(), responder.namespace().inner4()))
                .isFalse();
        // The initiation itself is fine, so the responder knows where it came from and has answered.
        assertThat(responder.stateOf(initiator).endpoint()).isEqualTo(initiator.endpoint4());
        assertThat(initiator.stateOf(responder).latestHandshakeSeconds()).isZero();

        initiator.presharedKey(responder, key);
        Pair.awaitPing(initiator.namespace(), responder.namespace().inner4());
    }

    @Test
    void staysSilentToAKeyItDoesNotKnow() {
        pair.right().call(pair.left(), pair.left().endpoint4());

        assertThat(Ping.answers(
                        pair.right().namespace(), pair.left().namespace().inner4()))
                .isFalse();
        assertThat(pair.right().stateOf(pair.left()).receivedBytes()).isZero();
        assertThat(pair.left().peers()).isEmpty();
    }

    @Test
    void dropsAPacketWhoseSourceThePeerMayNotUse() {
        pair.acquaint();
        pair.awaitPing();

        pair.right().namespace().addAddress(pair.right().name(), "198.19.0.77/24");
        boolean answered =
                Ping.run(pair.right().namespace(), pair.left().namespace().inner4(), 2, 0.2, "-I", "198.19.0.77")
                                .received()
                        > 0;
        pair.right()
                .namespace()
                .ip("addr", "del", "198.19.0.77/24", "dev", pair.right().name())
                .orThrow();

        assertThat(answered).isFalse();
        assertThat(Ping.answers(
                        pair.right().namespace(), pair.left().namespace().inner4()))
                .isTrue();
    }
}
