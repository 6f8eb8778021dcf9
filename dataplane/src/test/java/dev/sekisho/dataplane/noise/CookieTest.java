package dev.sekisho.dataplane.noise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.crypto.Blake2s;
import dev.sekisho.dataplane.wire.CookieReplyView;
import dev.sekisho.dataplane.wire.Endpoint;
import dev.sekisho.dataplane.wire.InitiationView;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Alice talks to Bob, who is under load.
class CookieTest {
    private static final byte[] NO_MAC2 = new byte[Mac.BYTES];

    private final Party alice = new Party("192.0.2.1:1111", 1);
    private final Party bob = new Party("192.0.2.2:2222", 2);
    private HandshakePeer bobAtAlice;
    private HandshakePeer aliceAtBob;

    @BeforeEach
    void introduce() {
        bobAtAlice = alice.meet(bob);
        aliceAtBob = bob.meet(alice);
        bob.underLoad = true;
    }

    private static byte[] mac2(byte[] initiation) {
        return Arrays.copyOfRange(initiation, InitiationView.MAC2, InitiationView.BYTES);
    }

    private void fetchCookie() {
        bob.receive(alice, alice.initiate(bobAtAlice));
        alice.receive(bob, bob.lastSent());
    }

    @Test
    void aSourceWithoutCookieGetsOneInsteadOfAnAnswer() {
        byte[] initiation = alice.initiate(bobAtAlice);
        assertThat(mac2(initiation)).isEqualTo(NO_MAC2);
        bob.receive(alice, initiation);
        assertThat(bob.drops).containsExactly(HandshakeDrop.COOKIE_SENT);
        assertThat(bob.lastSent()).hasSize(CookieReplyView.BYTES);
        assertThat(bob.established).isEmpty();
        assertThat(bob.indexes.size()).isZero();
    }

    @Test
    void theNextInitiationCarriesTheCookieAndIsAnswered() {
        fetchCookie();
        byte[] second = alice.initiate(bobAtAlice);
        assertThat(mac2(second)).isNotEqualTo(NO_MAC2);
        bob.receive(alice, second);
        alice.receive(bob, bob.lastSent());
        assertThat(bob.drops).containsExactly(HandshakeDrop.COOKIE_SENT);
        assertThat(alice.established).hasSize(1);
    }

    @Test
    void aCookieIsBoundToAddressAndPort() {
        fetchCookie();
        byte[] second = alice.initiate(bobAtAlice);
        for (String elsewhere : new String[] {"192.0.2.1:1112", "192.0.2.9:1111", "[2001:db8::1]:1111"}) {
            bob.receive(Endpoint.parse(elsewhere), second);
            assertThat(bob.lastDrop()).isEqualTo(HandshakeDrop.COOKIE_SENT);
        }
        assertThat(bob.established).isEmpty();
        bob.receive(alice, second);
        assertThat(bob.established).hasSize(1);
    }

    @Test
    void theClientForgetsACookieAfterTwoMinutes() {
        fetchCookie();
        long kept = alice.nowNanos;
        alice.nowNanos = kept + 119 * Party.SECOND - 1;
        assertThat(mac2(alice.initiate(bobAtAlice))).isNotEqualTo(NO_MAC2);
        alice.nowNanos = kept + 119 * Party.SECOND;
        assertThat(mac2(alice.initiate(bobAtAlice))).isEqualTo(NO_MAC2);
    }

    @Test
    void theServerForgetsItsSecretAfterTwoMinutes() {
        byte[] second = initiationWithCookie();
        bob.advance(119 * Party.SECOND);
        bob.receive(alice, second);
        assertThat(bob.lastDrop()).isEqualTo(HandshakeDrop.COOKIE_SENT);
        assertThat(bob.established).isEmpty();
    }

    private byte[] initiationWithCookie() {
        fetchCookie();
        return alice.initiate(bobAtAlice);
    }

    @Test
    void aWrongMac2IsAnsweredWithACookie() {
        byte[] second = initiationWithCookie();
        for (int i = InitiationView.MAC2; i < InitiationView.BYTES; i++) {
            byte[] bad = second.clone();
            bad[i] ^= 1;
            bob.receive(alice, bad);
            assertThat(bob.lastDrop()).isEqualTo(HandshakeDrop.COOKIE_SENT);
        }
        assertThat(bob.established).isEmpty();
    }

    @Test
    void aResponseIsHeldToTheSameRule() {
        bob.underLoad = false;
        alice.underLoad = true;
        bob.receive(alice, alice.initiate(bobAtAlice));
        alice.receive(bob, bob.lastSent());
        assertThat(alice.drops).containsExactly(HandshakeDrop.COOKIE_SENT);
        bob.receive(alice, alice.lastSent());
        assertThat(bob.drops).isEmpty();
        bob.receive(alice, alice.initiate(bobAtAlice));
        alice.receive(bob, bob.lastSent());
        assertThat(alice.established).hasSize(1);
    }

    @Test
    void oneMessageTakesOneCookieReply() {
        bob.receive(alice, alice.initiate(bobAtAlice));
        byte[] reply = bob.lastSent();
        alice.receive(bob, reply);
        alice.receive(bob, reply);
        assertThat(alice.drops).containsExactly(HandshakeDrop.UNEXPECTED_COOKIE);
    }

    @Test
    void aCookieForAnEarlierMessageIsRefused() {
        bob.receive(alice, alice.initiate(bobAtAlice));
        byte[] reply = bob.lastSent();
        byte[] next = alice.initiate(bobAtAlice);
        System.arraycopy(next, InitiationView.SENDER, reply, CookieReplyView.RECEIVER, 4);
        alice.receive(bob, reply);
        assertThat(alice.drops).containsExactly(HandshakeDrop.FORGED_COOKIE);
    }

    @Test
    void sourcesThatProvedTheirAddressAreRateLimited() {
        fetchCookie();
        for (int i = 0; i < 8; i++) {
            byte[] initiation = alice.initiate(bobAtAlice);
            bob.receiveNow(alice.endpoint, initiation);
        }
        assertThat(bob.drops).endsWith(HandshakeDrop.RATE_LIMITED);
        assertThat(bob.drops.stream().filter(HandshakeDrop.RATE_LIMITED::equals))
                .hasSize(3);
        assertThat(aliceAtBob.publicKey()).isEqualTo(alice.publicKey());
    }

    @Test
    void withoutLoadMac2IsNotLookedAt() {
        bob.underLoad = false;
        byte[] initiation = alice.initiate(bobAtAlice);
        Arrays.fill(initiation, InitiationView.MAC2, InitiationView.BYTES, (byte) 0x5a);
        bob.receive(alice, initiation);
        assertThat(bob.established).hasSize(1);
    }

    @Test
    void theSecretChangesEveryTwoMinutes() {
        CookieChecker checker = new CookieChecker(new SeededEntropy(7));
        Blake2s blake2s = new Blake2s();
        long born = Long.MAX_VALUE - 10;
        byte[] before = checker.cookie(blake2s, born, alice.endpoint);
        assertThat(checker.cookie(blake2s, born + 120 * Party.SECOND - 1, alice.endpoint))
                .isEqualTo(before);
        assertThat(checker.cookie(blake2s, born + 120 * Party.SECOND, alice.endpoint))
                .isNotEqualTo(before);
        assertThat(checker.cookie(blake2s, born, bob.endpoint)).isNotEqualTo(before);
    }
}
