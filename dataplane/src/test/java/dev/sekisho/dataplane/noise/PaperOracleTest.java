package dev.sekisho.dataplane.noise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.crypto.SecretKey;
import org.junit.jupiter.api.Test;

/// Our responder against the initiator of [PaperInitiator]: byte for byte what the paper says.
class PaperOracleTest {
    @Test
    void respondsToAnInitiatorWrittenFromThePaper() {
        respondsTo(new byte[32]);
    }

    @Test
    void respondsToItWithAPresharedKey() {
        byte[] psk = new byte[32];
        new SeededEntropy(5).fill(psk, 0, 32);
        respondsTo(psk);
    }

    private static void respondsTo(byte[] psk) {
        Party alice = new Party("192.0.2.1:1111", 1);
        Party bob = new Party("192.0.2.2:2222", 2);
        bob.meet(alice).presharedKey(SecretKey.copyOf(psk, 0));
        PaperInitiator paper = new PaperInitiator(alice.identity, bob.publicKey(), alice.wallNanos);

        bob.receive(alice, paper.initiation(0x01020304));

        assertThat(bob.drops).isEmpty();
        Keypair keypair = bob.lastKeypair();
        assertThat(keypair.remoteIndex()).isEqualTo(0x01020304);
        byte[][] keys = paper.consume(bob.lastSent(), psk);
        assertThat(keypair.receiveKey().constantTimeEquals(SecretKey.copyOf(keys[0], 0)))
                .isTrue();
        assertThat(keypair.sendKey().constantTimeEquals(SecretKey.copyOf(keys[1], 0)))
                .isTrue();
    }
}
