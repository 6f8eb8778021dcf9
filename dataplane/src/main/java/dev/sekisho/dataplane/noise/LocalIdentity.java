package dev.sekisho.dataplane.noise;

import dev.sekisho.crypto.Blake2s;
import dev.sekisho.crypto.SecretKey;
import dev.sekisho.crypto.Wipe;
import dev.sekisho.crypto.X25519;

/// Our static key pair and what follows from it once: the keys by which messages to us and cookies from us
/// are made.
///
/// Immutable until [#close] wipes the private key; [HandshakePeers] does that when it takes the next identity.
/// Source: WireGuard paper sections 5.4.4 and 5.4.7.
public final class LocalIdentity implements AutoCloseable {
    private final SecretKey privateKey;
    private final PublicKey publicKey;
    private final byte[] mac1Key;
    private final byte[] cookieKey;

    private LocalIdentity(SecretKey privateKey, PublicKey publicKey) {
        this.privateKey = privateKey;
        this.publicKey = publicKey;
        Blake2s blake2s = new Blake2s();
        mac1Key = Mac.mac1Key(blake2s, publicKey);
        cookieKey = Mac.cookieKey(blake2s, publicKey);
    }

    /// The identity of `privateKey`, clamped; the key is copied and stays with the caller.
    public static LocalIdentity of(SecretKey privateKey) {
        byte[] scalar = new byte[SecretKey.BYTES];
        byte[] point = new byte[PublicKey.BYTES];
        try {
            privateKey.copyTo(scalar, 0);
            X25519.clamp(scalar);
            new X25519().publicKey(scalar, point);
            return new LocalIdentity(SecretKey.copyOf(scalar, 0), PublicKey.of(point, 0));
        } finally {
            Wipe.bytes(scalar);
        }
    }

    /// Our public key.
    public PublicKey publicKey() {
        return publicKey;
    }

    /// The private key itself: stays here, wiped by [#close].
    SecretKey privateKey() {
        return privateKey;
    }

    /// Key of mac1 on messages to us. Not to be changed.
    byte[] mac1Key() {
        return mac1Key;
    }

    /// Key of cookie replies from us. Not to be changed.
    byte[] cookieKey() {
        return cookieKey;
    }

    /// Wipes the private key.
    @Override
    public void close() {
        privateKey.close();
    }

    @Override
    public String toString() {
        return "LocalIdentity[" + publicKey + "]";
    }
}
