package dev.sekisho.dataplane.noise;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// An initiator written line by line from sections 5.4.2 to 5.4.5 of the WireGuard paper over BouncyCastle:
/// slow, obvious, and sharing nothing with the code under test but the type of its keys.
final class PaperInitiator {
    private final byte[] staticPrivate = new byte[32];
    private final byte[] staticPublic;
    private final byte[] remote;
    private final byte[] timestamp;
    private final byte[] ephemeralPrivate = new byte[32];
    private byte[] ck = Paper.hash(Paper.CONSTRUCTION);
    private byte[] h;

    PaperInitiator(LocalIdentity initiator, PublicKey responder, long wallNanos) {
        initiator.privateKey().copyTo(staticPrivate, 0);
        staticPublic = initiator.publicKey().bytes();
        remote = responder.bytes();
        timestamp = ByteBuffer.allocate(12)
                .putLong(0x4000_0000_0000_000aL + wallNanos / 1_000_000_000L)
                .putInt((int) (wallNanos % 1_000_000_000L))
                .array();
        Arrays.fill(ephemeralPrivate, (byte) 0x42);
        h = Paper.hash(ck, Paper.IDENTIFIER);
    }

    byte[] initiation(int senderIndex) {
        byte[] ephemeral = Paper.publicKey(ephemeralPrivate);
        h = Paper.hash(h, remote);
        ck = Paper.kdf(ck, ephemeral, 1)[0];
        h = Paper.hash(h, ephemeral);
        byte[][] derived = Paper.kdf(ck, Paper.dh(ephemeralPrivate, remote), 2);
        ck = derived[0];
        byte[] sealedStatic = Paper.seal(derived[1], staticPublic, h);
        h = Paper.hash(h, sealedStatic);
        derived = Paper.kdf(ck, Paper.dh(staticPrivate, remote), 2);
        ck = derived[0];
        byte[] sealedTimestamp = Paper.seal(derived[1], timestamp, h);
        h = Paper.hash(h, sealedTimestamp);
        ByteBuffer message = ByteBuffer.allocate(148).order(ByteOrder.LITTLE_ENDIAN);
        message.putInt(1).putInt(senderIndex).put(ephemeral).put(sealedStatic).put(sealedTimestamp);
        byte[] mac1Key = Paper.hash(Paper.LABEL_MAC1, remote);
        message.put(Paper.mac(mac1Key, Arrays.copyOf(message.array(), 116)));
        return message.array();
    }

    /// Sending and receiving key that the response leads to.
    byte[][] consume(byte[] response, byte[] psk) {
        byte[] ephemeral = Arrays.copyOfRange(response, 12, 44);
        ck = Paper.kdf(ck, ephemeral, 1)[0];
        h = Paper.hash(h, ephemeral);
        ck = Paper.kdf(ck, Paper.dh(ephemeralPrivate, ephemeral), 1)[0];
        ck = Paper.kdf(ck, Paper.dh(staticPrivate, ephemeral), 1)[0];
        byte[][] derived = Paper.kdf(ck, psk, 3);
        ck = derived[0];
        h = Paper.hash(h, derived[1]);
        if (!Arrays.equals(Paper.seal(derived[2], Paper.NOTHING, h), Arrays.copyOfRange(response, 44, 60))) {
            throw new AssertionError("the response does not open");
        }
        byte[] mac1Key = Paper.hash(Paper.LABEL_MAC1, staticPublic);
        if (!Arrays.equals(Paper.mac(mac1Key, Arrays.copyOf(response, 60)), Arrays.copyOfRange(response, 60, 76))) {
            throw new AssertionError("mac1 of the response is wrong");
        }
        return Paper.kdf(ck, Paper.NOTHING, 2);
    }
}
