package dev.sekisho.control.push;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.KeyAgreement;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Encrypts a push message for one browser.
///
/// ```text
///  salt (16) | record size (4) | 65 (1) | our public key (65) | AES-128-GCM of: message, 2
/// ```
///
/// Source: RFC 8291 section 3.4, RFC 8188 section 2.
final class PushEncryption {
    /// Bytes of a message: push services take bodies of 4,096 bytes at least.
    static final int MAX_MESSAGE = 3000;

    /// Bytes of a browser's authentication secret.
    static final int AUTH_BYTES = 16;

    private static final int SALT_BYTES = 16;
    private static final int RECORD_SIZE = 4096;
    private static final int KEY_BYTES = 16;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final byte LAST_RECORD = 2;
    private static final SecureRandom RANDOM = new SecureRandom();

    private PushEncryption() {}

    /// Encrypts with a fresh key pair and salt.
    ///
    /// @param browserKey the browser's public key
    /// @param auth the browser's secret
    static byte[] encrypt(byte[] message, ECPublicKey browserKey, byte[] auth) {
        byte[] salt = new byte[SALT_BYTES];
        RANDOM.nextBytes(salt);
        return encrypt(message, browserKey, auth, P256.generate(), salt);
    }

    /// The same with a given key pair and salt, which must never be used twice.
    static byte[] encrypt(byte[] message, ECPublicKey browserKey, byte[] auth, KeyPair ours, byte[] salt) {
        if (message.length > MAX_MESSAGE) {
            throw new IllegalArgumentException("a push message has " + MAX_MESSAGE + " bytes at most");
        }
        try {
            byte[] ourKey = P256.bytes((ECPublicKey) ours.getPublic());
            SecretKey shared = agree((ECPrivateKey) ours.getPrivate(), browserKey);
            KDF hkdf = KDF.getInstance("HKDF-SHA256");
            byte[] info = concat("WebPush: info\0".getBytes(StandardCharsets.US_ASCII), P256.bytes(browserKey), ourKey);
            byte[] ikm = derive(hkdf, shared, auth, info, 32);
            SecretKey input = new SecretKeySpec(ikm, "Generic");
            byte[] key = derive(hkdf, input, salt, label("aes128gcm"), KEY_BYTES);
            byte[] nonce = derive(hkdf, input, salt, label("nonce"), NONCE_BYTES);
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
            byte[] sealed = cipher.doFinal(concat(message, new byte[] {LAST_RECORD}));
            return ByteBuffer.allocate(SALT_BYTES + Integer.BYTES + 1 + ourKey.length + sealed.length)
                    .put(salt)
                    .putInt(RECORD_SIZE)
                    .put((byte) ourKey.length)
                    .put(ourKey)
                    .put(sealed)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has ECDH, HKDF and AES-GCM", e);
        }
    }

    private static SecretKey agree(ECPrivateKey ours, ECPublicKey theirs) throws GeneralSecurityException {
        KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
        agreement.init(ours);
        agreement.doPhase(theirs, true);
        return new SecretKeySpec(agreement.generateSecret(), "Generic");
    }

    private static byte[] derive(KDF hkdf, SecretKey input, byte[] salt, byte[] info, int bytes)
            throws GeneralSecurityException {
        return hkdf.deriveData(
                HKDFParameterSpec.ofExtract().addIKM(input).addSalt(salt).thenExpand(info, bytes));
    }

    private static byte[] label(String name) {
        return ("Content-Encoding: " + name + "\0").getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] concat(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteBuffer all = ByteBuffer.allocate(length);
        for (byte[] part : parts) {
            all.put(part);
        }
        return all.array();
    }
}
