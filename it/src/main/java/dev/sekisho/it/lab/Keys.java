package dev.sekisho.it.lab;

import java.security.SecureRandom;
import java.util.Base64;
import org.bouncycastle.math.ec.rfc7748.X25519;

/// A peer's key pair in base64, as `wg` writes it. Made by BouncyCastle, so that no code of the product vouches for
/// itself.
///
/// @param privateKey 32 clamped bytes
/// @param publicKey 32 bytes
public record Keys(String privateKey, String publicKey) {
    private static final int BYTES = 32;

    public static Keys generate() {
        byte[] secret = new byte[BYTES];
        byte[] open = new byte[BYTES];
        X25519.generatePrivateKey(new SecureRandom(), secret);
        X25519.generatePublicKey(secret, 0, open, 0);
        return new Keys(encode(secret), encode(open));
    }

    /// 32 random bytes: a pre-shared key.
    public static String presharedKey() {
        byte[] secret = new byte[BYTES];
        new SecureRandom().nextBytes(secret);
        return encode(secret);
    }

    private static String encode(byte[] key) {
        return Base64.getEncoder().encodeToString(key);
    }

    @Override
    public String toString() {
        return "Keys[" + publicKey + "]";
    }
}
