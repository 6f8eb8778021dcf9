package dev.sekisho.dataplane.noise;

import dev.sekisho.crypto.Entropy;
import dev.sekisho.crypto.SecretKey;
import dev.sekisho.crypto.Wipe;
import dev.sekisho.crypto.X25519;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The handshake pattern IKpsk2, phase by phase. Each phase is a type: what cannot come next cannot be called.
///
/// ```
///   initiator                                            responder
///   initiate() -> AwaitingResponse
///                         e, es, s, ss, payload
///                 ------------------------------------>  receive() -> ReceivedStatic
///                                                          .authenticate() -> ReceivedInitiation
///                         e, ee, se, psk, payload          .respond() -> TransportKeys
///                 <------------------------------------
///   AwaitingResponse.consume() -> TransportKeys
/// ```
/// Messages here are those of the Noise specification, payload included; their place in a datagram is in the
/// `wire` package. A phase owns its secrets: close it. Nothing here looks at time, peers or indices. Source:
/// Noise revision 34 sections 7.5 and 9.4; WireGuard paper sections 5.4.2 and 5.4.3.
final class Handshake {
    /// What WireGuard mixes in first.
    static final byte[] PROLOGUE = "WireGuard v1 zx2c4 Jason@zx2c4.com".getBytes(StandardCharsets.US_ASCII);

    private static final SymmetricState WIREGUARD_START = SymmetricState.begin(PROLOGUE);
    private static final int KEY = 32;
    private static final int TAG = 16;
    private static final int SEALED_STATIC_END = KEY + KEY + TAG;

    private Handshake() {}

    /// A fresh copy of the state that every WireGuard handshake begins with.
    static SymmetricState wireGuardStart() {
        return WIREGUARD_START.copy();
    }

    /// Writes the first message and answers with the phase that waits for its answer, or null when `remote`
    /// is a point of low order.
    ///
    /// @param start taken over; closed by the phase
    /// @param staticStatic shared secret of both static keys
    /// @param message takes ephemeral key (32), sealed static key (48) and sealed payload (its length + 16)
    static @Nullable AwaitingResponse initiate(
            Primitives p,
            SymmetricState start,
            LocalIdentity identity,
            PublicKey remote,
            byte[] staticStatic,
            Entropy entropy,
            byte[] payload,
            byte[] message) {
        byte[] ephemeral = newEphemeral(entropy);
        byte[] shared = new byte[KEY];
        byte[] remoteBytes = remote.bytes();
        byte[] ephemeralPublic = new byte[KEY];
        p.x25519().publicKey(ephemeral, ephemeralPublic);
        put(ephemeralPublic, message, 0);
        start.mixHash(p, remoteBytes, 0, KEY);
        start.mixHash(p, ephemeralPublic, 0, KEY);
        start.mixKey(p, ephemeralPublic);
        boolean usable = p.x25519().scalarMult(ephemeral, remoteBytes, shared);
        if (!usable) {
            start.close();
            Wipe.bytes(ephemeral);
            return null;
        }
        try (SecretKey key = start.mixKeyForSealing(p, shared)) {
            put(start.sealAndHash(p, key, identity.publicKey().bytes()), message, KEY);
        }
        try (SecretKey key = start.mixKeyForSealing(p, staticStatic)) {
            put(start.sealAndHash(p, key, payload), message, SEALED_STATIC_END);
        }
        Wipe.bytes(shared);
        return new AwaitingResponse(start, ephemeral);
    }

    /// Opens the sealed static key of a first message, or says by which reason that is impossible.
    ///
    /// @param start taken over; closed by the phase, or here
    static Received receive(Primitives p, SymmetricState start, LocalIdentity identity, byte[] message) {
        byte[] remoteEphemeral = Arrays.copyOf(message, KEY);
        byte[] shared = new byte[KEY];
        byte[] own = identity.publicKey().bytes();
        start.mixHash(p, own, 0, KEY);
        start.mixHash(p, remoteEphemeral, 0, KEY);
        start.mixKey(p, remoteEphemeral);
        if (!sharedSecret(p, identity.privateKey(), remoteEphemeral, shared)) {
            start.close();
            return new Refused(HandshakeDrop.INVALID_POINT);
        }
        byte[] opened;
        try (SecretKey key = start.mixKeyForSealing(p, shared)) {
            opened = start.openAndHash(p, key, Arrays.copyOfRange(message, KEY, SEALED_STATIC_END));
        }
        Wipe.bytes(shared);
        if (opened == null) {
            start.close();
            return new Refused(HandshakeDrop.FORGED_STATIC);
        }
        byte[] sealedPayload = Arrays.copyOfRange(message, SEALED_STATIC_END, message.length);
        return new ReceivedStatic(start, remoteEphemeral, PublicKey.of(opened, 0), sealedPayload);
    }

    /// Shared secret of a private key and a public one; false when it would be zero.
    static boolean sharedSecret(Primitives p, SecretKey privateKey, byte[] publicKey, byte[] out) {
        byte[] scalar = new byte[KEY];
        privateKey.copyTo(scalar, 0);
        boolean usable = p.x25519().scalarMult(scalar, publicKey, out);
        Wipe.bytes(scalar);
        return usable;
    }

    private static byte[] newEphemeral(Entropy entropy) {
        byte[] ephemeral = new byte[KEY];
        entropy.fill(ephemeral, 0, KEY);
        X25519.clamp(ephemeral);
        return ephemeral;
    }

    private static void put(byte[] part, byte[] message, int offset) {
        System.arraycopy(part, 0, message, offset, part.length);
    }

    /// Result of [#receive].
    sealed interface Received permits ReceivedStatic, Refused {}

    /// A first message that cannot be read.
    record Refused(HandshakeDrop reason) implements Received {}

    /// Initiator, after the first message.
    static final class AwaitingResponse implements AutoCloseable {
        private final SymmetricState state;
        private final byte[] ephemeral;

        private AwaitingResponse(SymmetricState state, byte[] ephemeral) {
            this.state = state;
            this.ephemeral = ephemeral;
        }

        /// The keys that an authentic second message leads to, or null for any other message. This phase is
        /// unchanged either way, so a forged answer does not end the wait for the true one.
        @Nullable
        Answer consume(Primitives p, LocalIdentity identity, byte[] presharedKey, byte[] message) {
            byte[] remoteEphemeral = Arrays.copyOf(message, KEY);
            byte[] shared = new byte[KEY];
            try (SymmetricState next = state.copy()) {
                next.mixHash(p, remoteEphemeral, 0, KEY);
                next.mixKey(p, remoteEphemeral);
                boolean usable = p.x25519().scalarMult(ephemeral, remoteEphemeral, shared);
                next.mixKey(p, shared);
                usable &= sharedSecret(p, identity.privateKey(), remoteEphemeral, shared);
                next.mixKey(p, shared);
                byte[] payload;
                try (SecretKey key = next.mixKeyAndHash(p, presharedKey)) {
                    payload = next.openAndHash(p, key, Arrays.copyOfRange(message, KEY, message.length));
                }
                return payload == null || !usable
                        ? null
                        : new Answer(payload, next.handshakeHash(), next.split(p, true));
            } finally {
                Wipe.bytes(shared);
            }
        }

        @Override
        public void close() {
            state.close();
            Wipe.bytes(ephemeral);
        }
    }

    /// Responder, knowing who the sender claims to be.
    static final class ReceivedStatic implements Received, AutoCloseable {
        private final SymmetricState state;
        private final byte[] remoteEphemeral;
        private final PublicKey remoteStatic;
        private final byte[] sealedPayload;

        private ReceivedStatic(
                SymmetricState state, byte[] remoteEphemeral, PublicKey remoteStatic, byte[] sealedPayload) {
            this.state = state;
            this.remoteEphemeral = remoteEphemeral;
            this.remoteStatic = remoteStatic;
            this.sealedPayload = sealedPayload;
        }

        /// The static key that the sender claims.
        PublicKey remoteStatic() {
            return remoteStatic;
        }

        /// Opens the payload, which only the holder of that static key can have sealed; null when it does not
        /// open. Ends this phase.
        ///
        /// @param staticStatic shared secret of both static keys
        @Nullable
        ReceivedInitiation authenticate(Primitives p, byte[] staticStatic) {
            byte[] payload;
            try (SecretKey key = state.mixKeyForSealing(p, staticStatic)) {
                payload = state.openAndHash(p, key, sealedPayload);
            }
            if (payload == null) {
                close();
                return null;
            }
            return new ReceivedInitiation(state, remoteEphemeral, remoteStatic, payload);
        }

        @Override
        public void close() {
            state.close();
        }
    }

    /// Responder, with an authentic first message.
    static final class ReceivedInitiation implements AutoCloseable {
        private final SymmetricState state;
        private final byte[] remoteEphemeral;
        private final PublicKey remoteStatic;
        private final byte[] payload;

        private ReceivedInitiation(
                SymmetricState state, byte[] remoteEphemeral, PublicKey remoteStatic, byte[] payload) {
            this.state = state;
            this.remoteEphemeral = remoteEphemeral;
            this.remoteStatic = remoteStatic;
            this.payload = payload;
        }

        /// What the initiator sealed: for WireGuard its time stamp.
        byte[] payload() {
            return payload;
        }

        /// The second message and the keys that it leads to, or null when a key of the sender is a point of
        /// low order. Ends this phase.
        @Nullable
        Answer respond(Primitives p, byte[] presharedKey, Entropy entropy, byte[] answerPayload) {
            byte[] ephemeral = newEphemeral(entropy);
            byte[] shared = new byte[KEY];
            byte[] message = new byte[KEY + answerPayload.length + TAG];
            byte[] ephemeralPublic = new byte[KEY];
            p.x25519().publicKey(ephemeral, ephemeralPublic);
            put(ephemeralPublic, message, 0);
            try (state) {
                state.mixHash(p, ephemeralPublic, 0, KEY);
                state.mixKey(p, ephemeralPublic);
                boolean usable = p.x25519().scalarMult(ephemeral, remoteEphemeral, shared);
                state.mixKey(p, shared);
                usable &= p.x25519().scalarMult(ephemeral, remoteStatic.bytes(), shared);
                if (!usable) {
                    return null;
                }
                state.mixKey(p, shared);
                try (SecretKey key = state.mixKeyAndHash(p, presharedKey)) {
                    put(state.sealAndHash(p, key, answerPayload), message, KEY);
                }
                return new Answer(message, state.handshakeHash(), state.split(p, false));
            } finally {
                Wipe.bytes(ephemeral, shared);
            }
        }

        @Override
        public void close() {
            state.close();
        }
    }

    /// The end of a handshake.
    static final class Answer {
        private final byte[] bytes;
        private final byte[] handshakeHash;
        private final TransportKeys keys;

        private Answer(byte[] bytes, byte[] handshakeHash, TransportKeys keys) {
            this.bytes = bytes;
            this.handshakeHash = handshakeHash;
            this.keys = keys;
        }

        /// The message to send (responder) or the payload received (initiator).
        byte[] bytes() {
            return bytes;
        }

        /// The final transcript, 32 bytes; no secret.
        byte[] handshakeHash() {
            return handshakeHash;
        }

        /// Keys of the transport; the caller takes them over.
        TransportKeys keys() {
            return keys;
        }
    }
}
