package dev.sekisho.crypto;

import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// [Aead] on the JDK's own `Cipher`.
public final class JdkAead extends ByteArrayAead {
    /// An instance with a cipher per call: the JDK refuses to encrypt twice under one nonce with one object, as
    /// tests do.
    public JdkAead() {}

    @Override
    protected byte[] encrypt(byte[] key, byte[] nonce12, byte[] aad, byte[] in, int length) {
        try {
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, key, nonce12);
            cipher.updateAAD(aad);
            return cipher.doFinal(in, 0, length);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    protected byte @Nullable [] decrypt(byte[] key, byte[] nonce12, byte[] aad, byte[] in, int length) {
        try {
            Cipher cipher = cipher(Cipher.DECRYPT_MODE, key, nonce12);
            cipher.updateAAD(aad);
            return cipher.doFinal(in, 0, length);
        } catch (AEADBadTagException wrongTag) {
            return null;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Cipher cipher(int mode, byte[] key, byte[] nonce12) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("ChaCha20-Poly1305");
        cipher.init(mode, new SecretKeySpec(key, "ChaCha20"), new IvParameterSpec(nonce12));
        return cipher;
    }
}
