package dev.sekisho.dataplane.noise;

import dev.sekisho.crypto.Blake2s;
import dev.sekisho.crypto.SecretKey;
import dev.sekisho.crypto.Wipe;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The running state of a Noise handshake: chaining key and transcript hash.
///
/// Names follow the Noise specification. In this pattern every key seals one message, so the nonce is always
/// 0 and the key is a value that the caller closes rather than a part of this state. Owner: the phase that
/// holds it, which closes it. Source: Noise revision 34 section 5.2; WireGuard paper section 5.4.
final class SymmetricState implements AutoCloseable {
    private static final int HASH = Blake2s.HASH_BYTES;
    private static final byte[] CONSTRUCTION =
            "Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NOTHING = new byte[0];

    private final byte[] chainingKey;
    private final byte[] hash;

    private SymmetricState(byte[] chainingKey, byte[] hash) {
        this.chainingKey = chainingKey;
        this.hash = hash;
    }

    /// The state that both sides begin with: it depends on the prologue only.
    static SymmetricState begin(byte[] prologue) {
        byte[] construction = Blake2s.hash(CONSTRUCTION);
        return new SymmetricState(construction, Blake2s.hash(construction, prologue));
    }

    SymmetricState copy() {
        return new SymmetricState(chainingKey.clone(), hash.clone());
    }

    /// `MixHash`: takes bytes into the transcript.
    void mixHash(Primitives p, byte[] data, int offset, int lengthBytes) {
        p.blake2s()
                .reset()
                .update(hash, 0, HASH)
                .update(data, offset, lengthBytes)
                .digest(hash, 0);
    }

    /// `MixKey` where the key itself is not used.
    void mixKey(Primitives p, byte[] input) {
        byte[] out = new byte[HASH];
        p.hkdf().derive(chainingKey, input, 1, out);
        System.arraycopy(out, 0, chainingKey, 0, HASH);
        Wipe.bytes(out);
    }

    /// `MixKey`: the answer is the key that it makes.
    SecretKey mixKeyForSealing(Primitives p, byte[] input) {
        byte[] out = new byte[2 * HASH];
        p.hkdf().derive(chainingKey, input, 2, out);
        System.arraycopy(out, 0, chainingKey, 0, HASH);
        SecretKey key = SecretKey.copyOf(out, HASH);
        Wipe.bytes(out);
        return key;
    }

    /// `MixKeyAndHash`, for the pre-shared key: the answer is the key that it makes.
    SecretKey mixKeyAndHash(Primitives p, byte[] input) {
        byte[] out = new byte[3 * HASH];
        p.hkdf().derive(chainingKey, input, 3, out);
        System.arraycopy(out, 0, chainingKey, 0, HASH);
        mixHash(p, out, HASH, HASH);
        SecretKey key = SecretKey.copyOf(out, 2 * HASH);
        Wipe.bytes(out);
        return key;
    }

    /// `EncryptAndHash`.
    byte[] sealAndHash(Primitives p, SecretKey key, byte[] plaintext) {
        byte[] sealed = p.aead().seal(key, 0, hash, plaintext);
        mixHash(p, sealed, 0, sealed.length);
        return sealed;
    }

    /// `DecryptAndHash`: null, and the transcript unchanged, when `sealed` does not open.
    byte @Nullable [] openAndHash(Primitives p, SecretKey key, byte[] sealed) {
        byte[] opened = p.aead().open(key, 0, hash, sealed);
        if (opened != null) {
            mixHash(p, sealed, 0, sealed.length);
        }
        return opened;
    }

    /// `Split`: the keys of the transport, from the initiator's point of view or the responder's.
    TransportKeys split(Primitives p, boolean initiator) {
        byte[] out = new byte[2 * HASH];
        p.hkdf().derive(chainingKey, NOTHING, 2, out);
        SecretKey first = SecretKey.copyOf(out, 0);
        SecretKey second = SecretKey.copyOf(out, HASH);
        Wipe.bytes(out);
        return initiator ? new TransportKeys(first, second) : new TransportKeys(second, first);
    }

    /// The transcript hash, for comparison with published vectors.
    byte[] handshakeHash() {
        return hash.clone();
    }

    @Override
    public void close() {
        Wipe.bytes(chainingKey, hash);
    }
}
