package dev.sekisho.dataplane.noise;

import dev.sekisho.crypto.Aead;
import dev.sekisho.crypto.Blake2s;
import dev.sekisho.crypto.ChaCha20Poly1305;
import dev.sekisho.crypto.Hkdf;
import dev.sekisho.crypto.X25519;

/// The four primitives of Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s with their scratch. Owner: one thread.
///
/// @param x25519 the Diffie-Hellman function
/// @param aead the sealing function
/// @param blake2s the hash
/// @param hkdf the key derivation over that hash
record Primitives(X25519 x25519, Aead aead, Blake2s blake2s, Hkdf hkdf) {
    static Primitives create() {
        return new Primitives(new X25519(), ChaCha20Poly1305.create(), new Blake2s(), new Hkdf());
    }
}
