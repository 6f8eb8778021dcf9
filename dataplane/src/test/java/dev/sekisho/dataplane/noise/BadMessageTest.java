package dev.sekisho.dataplane.noise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.dataplane.testkit.Seeds;
import dev.sekisho.dataplane.wire.CookieReplyView;
import dev.sekisho.dataplane.wire.InitiationView;
import dev.sekisho.dataplane.wire.ResponseView;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Every message with every byte changed: refused, and the genuine message still does its work afterwards.
class BadMessageTest {
    private final SplittableRandom random = Seeds.random();

    private final Party alice = new Party("192.0.2.1:1111", 1);
    private final Party bob = new Party("192.0.2.2:2222", 2);
    private HandshakePeer bobAtAlice;

    @BeforeEach
    void introduce() {
        bobAtAlice = alice.meet(bob);
        bob.meet(alice);
    }

    private byte[] tampered(byte[] message, int position) {
        byte[] copy = message.clone();
        copy[position] ^= (byte) (1 << random.nextInt(8));
        return copy;
    }

    @Test
    void initiationWithAChangedByteIsRefused() {
        byte[] genuine = alice.initiate(bobAtAlice);
        for (int i = 0; i < InitiationView.MAC2; i++) {
            bob.receive(alice, tampered(genuine, i));
            assertThat(bob.lastDrop())
                    .as("byte %d", i)
                    .isEqualTo(i < 4 ? HandshakeDrop.MALFORMED : HandshakeDrop.INVALID_MAC1);
        }
        assertThat(bob.drops).hasSize(InitiationView.MAC2);
        assertThat(bob.sent).isEmpty();
        assertThat(bob.indexes.size()).isZero();
        bob.receive(alice, genuine);
        assertThat(bob.established).hasSize(1);
    }

    @Test
    void initiationWithAChangedByteUnderARightMac1IsRefused() {
        byte[] genuine = alice.initiate(bobAtAlice);
        for (int i = InitiationView.EPHEMERAL; i < InitiationView.MAC1; i++) {
            byte[] bad = tampered(genuine, i);
            // The highest bit of a point is not part of it, but the transcript covers it too.
            Remac.mac1(bad, InitiationView.MAC1, bob.identity);
            bob.receive(alice, bad);
            assertThat(bob.lastDrop())
                    .as("byte %d", i)
                    .isEqualTo(
                            i < InitiationView.TIMESTAMP
                                    ? HandshakeDrop.FORGED_STATIC
                                    : HandshakeDrop.FORGED_TIMESTAMP);
        }
        assertThat(bob.sent).isEmpty();
        assertThat(bob.indexes.size()).isZero();
        bob.receive(alice, genuine);
        assertThat(bob.established).hasSize(1);
    }

    @Test
    void responseWithAChangedByteIsRefused() {
        bob.receive(alice, alice.initiate(bobAtAlice));
        byte[] genuine = bob.lastSent();
        for (int i = 0; i < ResponseView.MAC2; i++) {
            alice.receive(bob, tampered(genuine, i));
            assertThat(alice.lastDrop())
                    .as("byte %d", i)
                    .isEqualTo(i < 4 ? HandshakeDrop.MALFORMED : HandshakeDrop.INVALID_MAC1);
        }
        alice.receive(bob, genuine);
        assertThat(alice.established).hasSize(1);
    }

    @Test
    void responseWithAChangedByteUnderARightMac1IsRefused() {
        bob.receive(alice, alice.initiate(bobAtAlice));
        byte[] genuine = bob.lastSent();
        for (int i = ResponseView.RECEIVER; i < ResponseView.MAC1; i++) {
            byte[] bad = tampered(genuine, i);
            Remac.mac1(bad, ResponseView.MAC1, alice.identity);
            alice.receive(bob, bad);
            assertThat(alice.lastDrop())
                    .as("byte %d", i)
                    .isEqualTo(
                            i < ResponseView.EPHEMERAL
                                    ? HandshakeDrop.NO_PENDING_HANDSHAKE
                                    : HandshakeDrop.FORGED_RESPONSE);
        }
        assertThat(alice.established).isEmpty();
        assertThat(alice.indexes.size()).isEqualTo(1);
        alice.receive(bob, genuine);
        assertThat(alice.established).hasSize(1);
    }

    @Test
    void cookieReplyWithAChangedByteIsRefused() {
        bob.underLoad = true;
        bob.receive(alice, alice.initiate(bobAtAlice));
        byte[] genuine = bob.lastSent();
        for (int i = 0; i < CookieReplyView.BYTES; i++) {
            alice.receive(bob, tampered(genuine, i));
            HandshakeDrop expected = i < CookieReplyView.RECEIVER
                    ? HandshakeDrop.MALFORMED
                    : i < CookieReplyView.NONCE ? HandshakeDrop.UNEXPECTED_COOKIE : HandshakeDrop.FORGED_COOKIE;
            assertThat(alice.lastDrop()).as("byte %d", i).isEqualTo(expected);
        }
        alice.receive(bob, genuine);
        assertThat(alice.drops).hasSize(CookieReplyView.BYTES);
        bob.receive(alice, alice.initiate(bobAtAlice));
        assertThat(bob.established).hasSize(1);
    }

    @Test
    void everyOtherLengthIsMalformed() {
        byte[] initiation = alice.initiate(bobAtAlice);
        bob.receive(alice, initiation);
        byte[][] genuine = {initiation, bob.lastSent()};
        for (byte[] message : genuine) {
            for (int length = 0; length < 300; length++) {
                if (length != message.length) {
                    bob.receive(alice, Arrays.copyOf(message, length));
                    assertThat(bob.lastDrop()).isEqualTo(HandshakeDrop.MALFORMED);
                }
            }
        }
        assertThat(bob.drops).hasSize(2 * 299);
    }

    @Test
    void dataIsNoHandshake() {
        byte[] data = new byte[64];
        data[0] = 4;
        bob.receive(alice, data);
        assertThat(bob.drops).containsExactly(HandshakeDrop.MALFORMED);
    }

    @Test
    void aMessageReflectedToItsSenderIsRefused() {
        byte[] initiation = alice.initiate(bobAtAlice);
        alice.receive(bob, initiation);
        bob.receive(alice, initiation);
        bob.receive(alice, bob.lastSent());
        assertThat(alice.drops).containsExactly(HandshakeDrop.INVALID_MAC1);
        assertThat(bob.drops).containsExactly(HandshakeDrop.INVALID_MAC1);
    }

    @Test
    void junkOfTheRightShapeIsRefused() {
        int[][] shapes = {{1, InitiationView.BYTES, InitiationView.MAC1}, {2, ResponseView.BYTES, ResponseView.MAC1}};
        for (int i = 0; i < 400; i++) {
            int[] shape = shapes[i % 2];
            byte[] junk = new byte[shape[1]];
            random.nextBytes(junk);
            Arrays.fill(junk, 0, 4, (byte) 0);
            junk[0] = (byte) shape[0];
            if (i % 4 < 2) {
                Remac.mac1(junk, shape[2], bob.identity);
            }
            bob.receive(alice, junk);
        }
        assertThat(bob.drops)
                .hasSize(400)
                .containsOnly(
                        HandshakeDrop.INVALID_MAC1, HandshakeDrop.FORGED_STATIC, HandshakeDrop.NO_PENDING_HANDSHAKE);
        assertThat(bob.sent).isEmpty();
    }

    @Test
    void readsOnlyTheBytesOfTheMessage() {
        byte[] initiation = alice.initiate(bobAtAlice);
        byte[] framed = new byte[initiation.length + 60];
        Arrays.fill(framed, (byte) 0xee);
        System.arraycopy(initiation, 0, framed, 37, initiation.length);
        bob.handshaker.onMessage(
                bob.nowNanos,
                bob.wallNanos,
                alice.endpoint,
                MemorySegment.ofArray(framed),
                37,
                initiation.length,
                false,
                bob);
        assertThat(bob.established).hasSize(1);
    }
}
