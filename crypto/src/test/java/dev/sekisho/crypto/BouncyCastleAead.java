package dev.sekisho.crypto;

import java.util.Arrays;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.modes.ChaCha20Poly1305;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.jspecify.annotations.Nullable;

/// [Aead] on BouncyCastle's lightweight interface.
public final class BouncyCastleAead extends ByteArrayAead {
    /// A stateless instance.
    public BouncyCastleAead() {}

    @Override
    protected byte[] encrypt(SecretKey key, byte[] nonce12, byte[] aad, byte[] in, int length) {
        try {
            return run(true, key, nonce12, aad, in, length);
        } catch (InvalidCipherTextException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    protected byte @Nullable [] decrypt(SecretKey key, byte[] nonce12, byte[] aad, byte[] in, int length) {
        try {
            return run(false, key, nonce12, aad, in, length);
        } catch (InvalidCipherTextException wrongTag) {
            return null;
        }
    }

    private static byte[] run(boolean encrypt, SecretKey key, byte[] nonce12, byte[] aad, byte[] in, int length)
            throws InvalidCipherTextException {
        ChaCha20Poly1305 cipher = new ChaCha20Poly1305();
        cipher.init(encrypt, new AEADParameters(new KeyParameter(bytes(key)), 8 * TAG_BYTES, nonce12, aad));
        byte[] out = new byte[cipher.getOutputSize(length)];
        int at = cipher.processBytes(in, 0, length, out, 0);
        at += cipher.doFinal(out, at);
        return Arrays.copyOf(out, at);
    }
}
