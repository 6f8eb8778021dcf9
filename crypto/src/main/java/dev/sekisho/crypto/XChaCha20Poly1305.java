package dev.sekisho.crypto;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// AEAD with a 24-byte nonce, for messages of a few hundred bytes (WireGuard: cookie replies). Thread-safe.
/// Source: draft-irtf-cfrg-xchacha-03 section 2; WireGuard paper 5.4.7.
public final class XChaCha20Poly1305 {
    /// Length of the nonce.
    public static final int NONCE_BYTES = 24;

    /// The inner nonce is four zero bytes and the last 8 bytes of the outer one.
    private static final int INNER_NONCE_OFFSET = 16;

    /// One wiped instance, handed from call to call, so that a flood of cookies does not allocate off-heap
    /// scratch for each.
    private static final AtomicReference<@Nullable ChaCha20Poly1305> SPARE = new AtomicReference<>();

    private XChaCha20Poly1305() {}

    /// Returns the ciphertext and the tag.
    public static byte[] seal(SecretKey key, byte[] nonce24, byte[] aad, byte[] plaintext) {
        try (SecretKey subkey = subkey(key, nonce24)) {
            ChaCha20Poly1305 aead = take();
            byte[] sealed = aead.seal(subkey, innerCounter(nonce24), aad, plaintext);
            putBack(aead);
            return sealed;
        }
    }

    /// Returns the plaintext, or null when the tag is wrong or missing.
    public static byte @Nullable [] open(SecretKey key, byte[] nonce24, byte[] aad, byte[] ciphertextAndTag) {
        try (SecretKey subkey = subkey(key, nonce24)) {
            ChaCha20Poly1305 aead = take();
            byte[] opened = aead.open(subkey, innerCounter(nonce24), aad, ciphertextAndTag);
            putBack(aead);
            return opened;
        }
    }

    private static ChaCha20Poly1305 take() {
        ChaCha20Poly1305 spare = SPARE.getAndSet(null);
        return spare == null ? ChaCha20Poly1305.create() : spare;
    }

    private static void putBack(ChaCha20Poly1305 aead) {
        aead.wipe();
        SPARE.set(aead);
    }

    private static SecretKey subkey(SecretKey key, byte[] nonce24) {
        if (nonce24.length != NONCE_BYTES) {
            throw new IllegalArgumentException("nonce must be 24 bytes, not " + nonce24.length);
        }
        return ChaCha20.hChaCha20(key, nonce24);
    }

    private static long innerCounter(byte[] nonce24) {
        return (long) Bytes.LONG.get(nonce24, INNER_NONCE_OFFSET);
    }
}
