package dev.sekisho.dataplane.noise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.crypto.SecretKey;
import org.junit.jupiter.api.Test;

/// Our handshaker against both ends as the paper says them, byte for byte.
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

    @Test
    void completesWithAResponderWrittenFromThePaper() {
        completesWith(new byte[32]);
    }

    @Test
    void completesWithItUnderAPresharedKey() {
        byte[] psk = new byte[32];
        new SeededEntropy(5).fill(psk, 0, 32);
        completesWith(psk);
    }

    private static void completesWith(byte[] psk) {
        Party alice = new Party("192.0.2.1:1111", 1);
        Party bob = new Party("192.0.2.2:2222", 2);
        HandshakePeer bobAtAlice = alice.meet(bob);
        bobAtAlice.presharedKey(SecretKey.copyOf(psk, 0));
        PaperResponder paper = new PaperResponder(bob.identity, alice.publicKey());
        byte[] ephemeral = new byte[32];
        new SeededEntropy(6).fill(ephemeral, 0, 32);

        byte[] response =
                paper.respond(alice.initiate(bobAtAlice), 0x0a0b0c0d, ephemeral, Paper.publicKey(ephemeral), psk);
        alice.receive(bob, response);

        assertThat(alice.drops).isEmpty();
        Keypair keypair = alice.lastKeypair();
        assertThat(keypair.remoteIndex()).isEqualTo(0x0a0b0c0d);
        assertThat(keypair.sendKey().constantTimeEquals(SecretKey.copyOf(paper.keys()[0], 0)))
                .isTrue();
        assertThat(keypair.receiveKey().constantTimeEquals(SecretKey.copyOf(paper.keys()[1], 0)))
                .isTrue();
    }

    @Test
    void refusesARightResponseWhoseEphemeralMakesEverySecretZero() {
        Party alice = new Party("192.0.2.1:1111", 1);
        Party bob = new Party("192.0.2.2:2222", 2);
        byte[] initiation = alice.initiate(alice.meet(bob));
        byte[] zeros = new byte[32];
        byte[] response =
                new PaperResponder(bob.identity, alice.publicKey()).respond(initiation, 1, zeros, zeros, zeros);
        alice.receive(bob, response);
        assertThat(alice.drops).containsExactly(HandshakeDrop.FORGED_RESPONSE);
        assertThat(alice.indexes.size()).isEqualTo(1);
    }
}
