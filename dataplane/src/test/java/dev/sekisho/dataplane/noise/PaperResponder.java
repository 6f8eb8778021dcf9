package dev.sekisho.dataplane.noise;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// A responder written line by line from sections 5.4.2 to 5.4.5 of the WireGuard paper: slow and obvious. It
/// knows who initiates, so it opens nothing.
final class PaperResponder {
    private final byte[] staticPrivate = new byte[32];
    private final byte[] staticPublic;
    private final byte[] remote;
    private byte[] ck = Paper.hash(Paper.CONSTRUCTION);
    private byte[] h = Paper.hash(ck, Paper.IDENTIFIER);

    PaperResponder(LocalIdentity responder, PublicKey initiator) {
        responder.privateKey().copyTo(staticPrivate, 0);
        staticPublic = responder.publicKey().bytes();
        remote = initiator.bytes();
    }

    /// The response under an ephemeral key, or, with a public key of zeros, one that makes every secret zero.
    byte[] respond(byte[] initiation, int senderIndex, byte[] ephemeralPrivate, byte[] ephemeral, byte[] psk) {
        byte[] remoteEphemeral = Arrays.copyOfRange(initiation, 8, 40);
        h = Paper.hash(h, staticPublic);
        ck = Paper.kdf(ck, remoteEphemeral, 1)[0];
        h = Paper.hash(h, remoteEphemeral);
        ck = Paper.kdf(ck, Paper.dh(staticPrivate, remoteEphemeral), 2)[0];
        h = Paper.hash(h, Arrays.copyOfRange(initiation, 40, 88));
        ck = Paper.kdf(ck, Paper.dh(staticPrivate, remote), 2)[0];
        h = Paper.hash(h, Arrays.copyOfRange(initiation, 88, 116));

        boolean zero = Arrays.equals(ephemeral, new byte[32]);
        ck = Paper.kdf(ck, ephemeral, 1)[0];
        h = Paper.hash(h, ephemeral);
        ck = Paper.kdf(ck, zero ? new byte[32] : Paper.dh(ephemeralPrivate, remoteEphemeral), 1)[0];
        ck = Paper.kdf(ck, zero ? new byte[32] : Paper.dh(ephemeralPrivate, remote), 1)[0];
        byte[][] derived = Paper.kdf(ck, psk, 3);
        ck = derived[0];
        h = Paper.hash(h, derived[1]);
        ByteBuffer message = ByteBuffer.allocate(92).order(ByteOrder.LITTLE_ENDIAN);
        message.putInt(2).putInt(senderIndex).put(initiation, 4, 4).put(ephemeral);
        message.put(Paper.seal(derived[2], Paper.NOTHING, h));
        byte[] mac1Key = Paper.hash(Paper.LABEL_MAC1, remote);
        message.put(Paper.mac(mac1Key, Arrays.copyOf(message.array(), 60)));
        return message.array();
    }

    /// Receiving and sending key.
    byte[][] keys() {
        return Paper.kdf(ck, Paper.NOTHING, 2);
    }
}
