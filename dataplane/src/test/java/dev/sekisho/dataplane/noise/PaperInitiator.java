package dev.sekisho.dataplane.noise;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.digests.Blake2sDigest;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.modes.ChaCha20Poly1305;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.math.ec.rfc7748.X25519;

/// An initiator written line by line from sections 5.4.2 to 5.4.5 of the WireGuard paper over BouncyCastle:
/// slow, obvious, and sharing nothing with the code under test but the type of its keys.
final class PaperInitiator {
    private static final byte[] NOTHING = new byte[0];

    private final byte[] staticPrivate = new byte[32];
    private final byte[] staticPublic;
    private final byte[] remote;
    private final byte[] timestamp;
    private final byte[] ephemeralPrivate = new byte[32];
    private byte[] ck = hash("Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s".getBytes(StandardCharsets.US_ASCII));
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
        h = hash(ck, "WireGuard v1 zx2c4 Jason@zx2c4.com".getBytes(StandardCharsets.US_ASCII));
    }

    byte[] initiation(int senderIndex) {
        byte[] ephemeral = publicKey(ephemeralPrivate);
        h = hash(h, remote);
        ck = kdf(ck, ephemeral, 1)[0];
        h = hash(h, ephemeral);
        byte[][] derived = kdf(ck, dh(ephemeralPrivate, remote), 2);
        ck = derived[0];
        byte[] sealedStatic = seal(derived[1], staticPublic, h);
        h = hash(h, sealedStatic);
        derived = kdf(ck, dh(staticPrivate, remote), 2);
        ck = derived[0];
        byte[] sealedTimestamp = seal(derived[1], timestamp, h);
        h = hash(h, sealedTimestamp);
        ByteBuffer message = ByteBuffer.allocate(148).order(ByteOrder.LITTLE_ENDIAN);
        message.putInt(1).putInt(senderIndex).put(ephemeral).put(sealedStatic).put(sealedTimestamp);
        byte[] mac1Key = hash("mac1----".getBytes(StandardCharsets.US_ASCII), remote);
        message.put(mac(mac1Key, Arrays.copyOf(message.array(), 116)));
        return message.array();
    }

    /// Sending and receiving key that the response leads to.
    byte[][] consume(byte[] response, byte[] psk) {
        byte[] ephemeral = Arrays.copyOfRange(response, 12, 44);
        ck = kdf(ck, ephemeral, 1)[0];
        h = hash(h, ephemeral);
        ck = kdf(ck, dh(ephemeralPrivate, ephemeral), 1)[0];
        ck = kdf(ck, dh(staticPrivate, ephemeral), 1)[0];
        byte[][] derived = kdf(ck, psk, 3);
        ck = derived[0];
        h = hash(h, derived[1]);
        if (!Arrays.equals(seal(derived[2], NOTHING, h), Arrays.copyOfRange(response, 44, 60))) {
            throw new AssertionError("the response does not open");
        }
        byte[] mac1Key = hash("mac1----".getBytes(StandardCharsets.US_ASCII), staticPublic);
        if (!Arrays.equals(mac(mac1Key, Arrays.copyOf(response, 60)), Arrays.copyOfRange(response, 60, 76))) {
            throw new AssertionError("mac1 of the response is wrong");
        }
        return kdf(ck, NOTHING, 2);
    }

    static byte[] seal(byte[] key, byte[] plaintext, byte[] aad) {
        ChaCha20Poly1305 cipher = new ChaCha20Poly1305();
        cipher.init(true, new AEADParameters(new KeyParameter(key), 128, new byte[12], aad));
        byte[] out = new byte[plaintext.length + 16];
        int written = cipher.processBytes(plaintext, 0, plaintext.length, out, 0);
        try {
            cipher.doFinal(out, written);
        } catch (InvalidCipherTextException e) {
            throw new AssertionError(e);
        }
        return out;
    }

    private static byte[] publicKey(byte[] scalar) {
        byte[] out = new byte[32];
        X25519.scalarMultBase(scalar, 0, out, 0);
        return out;
    }

    private static byte[] dh(byte[] scalar, byte[] point) {
        byte[] out = new byte[32];
        X25519.scalarMult(scalar, 0, point, 0, out, 0);
        return out;
    }

    private static byte[] hash(byte[]... parts) {
        return digest(new Blake2sDigest(256), parts);
    }

    private static byte[] mac(byte[] key, byte[] input) {
        return digest(new Blake2sDigest(key, 16, null, null), input);
    }

    private static byte[] digest(Blake2sDigest digest, byte[]... parts) {
        for (byte[] part : parts) {
            digest.update(part, 0, part.length);
        }
        byte[] out = new byte[digest.getDigestSize()];
        digest.doFinal(out, 0);
        return out;
    }

    private static byte[][] kdf(byte[] key, byte[] input, int outputs) {
        byte[] secret = hmac(key, input);
        byte[][] out = new byte[outputs][];
        byte[] previous = NOTHING;
        for (int i = 0; i < outputs; i++) {
            byte[] block = Arrays.copyOf(previous, previous.length + 1);
            block[previous.length] = (byte) (i + 1);
            previous = hmac(secret, block);
            out[i] = previous;
        }
        return out;
    }

    private static byte[] hmac(byte[] key, byte[] input) {
        HMac hmac = new HMac(new Blake2sDigest(256));
        hmac.init(new KeyParameter(key));
        hmac.update(input, 0, input.length);
        byte[] out = new byte[32];
        hmac.doFinal(out, 0);
        return out;
    }
}
