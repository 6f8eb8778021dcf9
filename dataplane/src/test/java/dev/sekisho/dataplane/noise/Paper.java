package dev.sekisho.dataplane.noise;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.digests.Blake2sDigest;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.modes.ChaCha20Poly1305;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.math.ec.rfc7748.X25519;

/// The functions of the WireGuard paper, section 5.4, over BouncyCastle: what the oracles are written in.
/// Shares nothing with the code under test.
final class Paper {
    static final byte[] NOTHING = new byte[0];
    static final byte[] CONSTRUCTION = ascii("Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s");
    static final byte[] IDENTIFIER = ascii("WireGuard v1 zx2c4 Jason@zx2c4.com");
    static final byte[] LABEL_MAC1 = ascii("mac1----");

    private Paper() {}

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
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

    static byte[] publicKey(byte[] scalar) {
        byte[] out = new byte[32];
        X25519.scalarMultBase(scalar, 0, out, 0);
        return out;
    }

    static byte[] dh(byte[] scalar, byte[] point) {
        byte[] out = new byte[32];
        X25519.scalarMult(scalar, 0, point, 0, out, 0);
        return out;
    }

    static byte[] hash(byte[]... parts) {
        return digest(new Blake2sDigest(256), parts);
    }

    static byte[] mac(byte[] key, byte[] input) {
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

    static byte[][] kdf(byte[] key, byte[] input, int outputs) {
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
