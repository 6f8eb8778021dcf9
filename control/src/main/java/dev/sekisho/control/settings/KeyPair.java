package dev.sekisho.control.settings;

import dev.sekisho.crypto.Entropy;
import dev.sekisho.crypto.SecretKey;
import dev.sekisho.crypto.Wipe;
import dev.sekisho.crypto.X25519;
import dev.sekisho.dataplane.noise.PublicKey;

/// A new WireGuard key with its public key. The owner closes it, which wipes it.
///
/// @param secret the private key, clamped
public record KeyPair(SecretKey secret, PublicKey publicKey) implements AutoCloseable {
    /// Makes one.
    public static KeyPair generate(Entropy entropy) {
        byte[] scalar = new byte[SecretKey.BYTES];
        byte[] point = new byte[PublicKey.BYTES];
        try {
            entropy.fill(scalar, 0, scalar.length);
            X25519.clamp(scalar);
            new X25519().publicKey(scalar, point);
            return new KeyPair(SecretKey.copyOf(scalar, 0), PublicKey.of(point, 0));
        } finally {
            Wipe.bytes(scalar);
        }
    }

    @Override
    public void close() {
        secret.close();
    }
}
