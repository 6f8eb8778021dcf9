package dev.sekisho.dataplane.noise;

import dev.sekisho.crypto.ConstantTime;
import dev.sekisho.crypto.Entropy;
import dev.sekisho.crypto.Wipe;
import dev.sekisho.dataplane.wire.CookieReplyView;
import dev.sekisho.dataplane.wire.Endpoint;
import dev.sekisho.dataplane.wire.InitiationView;
import dev.sekisho.dataplane.wire.MessageType;
import dev.sekisho.dataplane.wire.ResponseView;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/// Makes and answers handshakes: messages of types 1 to 3 in, messages and key pairs out by a [HandshakeSink].
///
/// Sans-IO: time is an argument, entropy is given. Owner: one handshake thread, whose scratch it holds;
/// peers, indices, cookies and limiter are shared by all such threads. Results reach the sink under the
/// identity's read lock, never under a peer's. Whatever the bytes are, [#onMessage] throws nothing of its own: a
/// message that is not good
/// is a [HandshakeDrop], and changes nothing. The caller paces [#initiate] (paper section 6.4); at most one
/// initiation per peer waits for its response. Source: WireGuard paper section 5.
public final class Handshaker {
    private static final byte[] NOTHING = new byte[0];

    private final HandshakePeers peers;
    private final IndexTable indexes;
    private final CookieChecker cookies;
    private final RateLimiter limiter;
    private final Entropy entropy;
    private final Primitives p = Primitives.create();
    /// The message to send, once complete.
    private final MemorySegment out = Arena.ofAuto().allocate(InitiationView.BYTES, Long.BYTES);

    /// What became of a message.
    private sealed interface Outcome permits Dropped, Established, CookieKept {}

    private record Dropped(HandshakeDrop reason) implements Outcome {}

    private record Established(Keypair keypair) implements Outcome {}

    private enum CookieKept implements Outcome {
        YES
    }

    /// A message under work.
    private static final class Arrival {
        final long nowNanos;
        final long wallNanos;
        final Endpoint from;
        final byte[] bytes;
        final MemorySegment view;
        final boolean underLoad;

        Arrival(long nowNanos, long wallNanos, Endpoint from, byte[] bytes, boolean underLoad) {
            this.nowNanos = nowNanos;
            this.wallNanos = wallNanos;
            this.from = from;
            this.bytes = bytes;
            this.view = MemorySegment.ofArray(bytes);
            this.underLoad = underLoad;
        }
    }

    /// A handshaker for one thread over what all of them share.
    public Handshaker(
            HandshakePeers peers, IndexTable indexes, CookieChecker cookies, RateLimiter limiter, Entropy entropy) {
        this.peers = peers;
        this.indexes = indexes;
        this.cookies = cookies;
        this.limiter = limiter;
        this.entropy = entropy;
    }

    /// Works on one received message.
    ///
    /// @param nowNanos monotonic time
    /// @param wallNanos nanoseconds since 1970 UTC
    /// @param underLoad whether senders have to prove their address first
    public void onMessage(
            long nowNanos,
            long wallNanos,
            Endpoint from,
            MemorySegment message,
            long offset,
            int lengthBytes,
            boolean underLoad,
            HandshakeSink sink) {
        MessageType type = MessageType.of(message, offset, lengthBytes);
        if (type == MessageType.MALFORMED || type == MessageType.TRANSPORT) {
            sink.dropped(HandshakeDrop.MALFORMED);
            return;
        }
        byte[] bytes = message.asSlice(offset, lengthBytes).toArray(ValueLayout.JAVA_BYTE);
        var arrival = new Arrival(nowNanos, wallNanos, from, bytes, underLoad);
        Lock identityLock = peers.identityReadLock();
        identityLock.lock();
        try {
            // Delivered under the lock: a session of an identity is on its way before that identity can change.
            deliver(outcome(type, arrival), from, sink);
        } finally {
            identityLock.unlock();
        }
    }

    /// Sends an initiation to `peer`, in the place of one that may still wait. The caller paces this.
    ///
    /// @param nowNanos monotonic time
    /// @param wallNanos nanoseconds since 1970 UTC
    public void initiate(long nowNanos, long wallNanos, HandshakePeer peer, Endpoint to, HandshakeSink sink) {
        HandshakeDrop drop;
        Lock identityLock = peers.identityReadLock();
        identityLock.lock();
        peer.lock().lock();
        try {
            drop = initiation(nowNanos, wallNanos, peer);
        } finally {
            peer.lock().unlock();
            identityLock.unlock();
        }
        if (drop == null) {
            sink.send(to, out, 0, InitiationView.BYTES);
        } else {
            sink.dropped(drop);
        }
    }

    /// Gives up the handshake that we began with `peer`, if one waits: frees its index and wipes its secrets.
    public void abandon(HandshakePeer peer) {
        peers.abandon(peer);
    }

    private void deliver(Outcome outcome, Endpoint from, HandshakeSink sink) {
        switch (outcome) {
            case Dropped(HandshakeDrop reason) -> {
                if (reason == HandshakeDrop.COOKIE_SENT) {
                    sink.send(from, out, 0, CookieReplyView.BYTES);
                }
                sink.dropped(reason);
            }
            case Established(Keypair keypair) -> {
                handOver(keypair, from, sink);
                if (!keypair.isInitiator()) {
                    sink.send(from, out, 0, ResponseView.BYTES);
                }
            }
            case CookieKept _ -> {
                // Nothing to say: the next initiation carries it.
            }
        }
    }

    private void handOver(Keypair keypair, Endpoint from, HandshakeSink sink) {
        boolean taken = false;
        try {
            sink.established(keypair.peer(), keypair, from);
            taken = true;
        } finally {
            if (!taken) {
                indexes.release(keypair.localIndex());
                keypair.destroy();
            }
        }
    }

    private Outcome outcome(MessageType type, Arrival arrival) {
        LocalIdentity identity = peers.identityLocked();
        if (identity == null) {
            return new Dropped(HandshakeDrop.NO_IDENTITY);
        }
        return switch (type) {
            case INITIATION -> {
                HandshakeDrop drop =
                        checkMacs(arrival, identity, InitiationView.MAC1, InitiationView.senderIndex(arrival.view, 0));
                yield drop == null ? onInitiation(arrival, identity) : new Dropped(drop);
            }
            case RESPONSE -> {
                HandshakeDrop drop =
                        checkMacs(arrival, identity, ResponseView.MAC1, ResponseView.senderIndex(arrival.view, 0));
                yield drop == null ? onResponse(arrival, identity) : new Dropped(drop);
            }
            case COOKIE_REPLY -> onCookieReply(arrival);
            case TRANSPORT, MALFORMED -> new Dropped(HandshakeDrop.MALFORMED);
        };
    }

    /// Null when the message may be worked on. Leaves a cookie reply in [#out] when the answer is
    /// [HandshakeDrop#COOKIE_SENT].
    private @Nullable HandshakeDrop checkMacs(
            Arrival arrival, LocalIdentity identity, int mac1Offset, int senderIndex) {
        byte[] bytes = arrival.bytes;
        byte[] expected = new byte[Mac.BYTES];
        Mac.write(p.blake2s(), identity.mac1Key(), bytes, mac1Offset, expected, 0);
        if (!ConstantTime.equal(expected, 0, bytes, mac1Offset, Mac.BYTES)) {
            return HandshakeDrop.INVALID_MAC1;
        }
        if (!arrival.underLoad) {
            return null;
        }
        int mac2Offset = mac1Offset + Mac.BYTES;
        if (cookies.verifyMac2(p.blake2s(), arrival.nowNanos, arrival.from, bytes, mac2Offset)) {
            return limiter.allow(arrival.nowNanos, arrival.from) ? null : HandshakeDrop.RATE_LIMITED;
        }
        byte[] reply = cookies.reply(p.blake2s(), arrival.nowNanos, arrival.from, identity.cookieKey(), expected);
        CookieReplyView.writeHeader(out, 0, senderIndex);
        putOut(reply, CookieReplyView.NONCE);
        return HandshakeDrop.COOKIE_SENT;
    }

    private Outcome onInitiation(Arrival arrival, LocalIdentity identity) {
        byte[] noise = Arrays.copyOfRange(arrival.bytes, InitiationView.EPHEMERAL, InitiationView.MAC1);
        return switch (Handshake.receive(p, Handshake.wireGuardStart(), identity, noise)) {
            case Handshake.Refused(HandshakeDrop reason) -> new Dropped(reason);
            case Handshake.ReceivedStatic received -> {
                try (received) {
                    yield onClaim(arrival, identity, received);
                }
            }
        };
    }

    /// Somebody claims a static key: do we know it, and is the claim true?
    private Outcome onClaim(Arrival arrival, LocalIdentity identity, Handshake.ReceivedStatic received) {
        if (received.remoteStatic().equals(identity.publicKey())) {
            return new Dropped(HandshakeDrop.FROM_OURSELVES);
        }
        HandshakePeer peer = peers.find(received.remoteStatic());
        if (peer == null) {
            return new Dropped(HandshakeDrop.UNKNOWN_PEER);
        }
        peer.lock().lock();
        try {
            byte[] staticStatic = peer.isRemoved() ? null : peer.staticStatic(p, identity);
            if (staticStatic == null) {
                return new Dropped(peer.isRemoved() ? HandshakeDrop.PEER_REMOVED : HandshakeDrop.INVALID_POINT);
            }
            Handshake.ReceivedInitiation initiation = received.authenticate(p, staticStatic);
            if (initiation == null) {
                return new Dropped(HandshakeDrop.FORGED_TIMESTAMP);
            }
            HandshakeDrop drop = peer.admit(Tai64n.read(initiation.payload(), 0), arrival.nowNanos);
            return drop == null ? respond(arrival, peer, initiation) : new Dropped(drop);
        } finally {
            peer.lock().unlock();
        }
    }

    /// Completes a handshake as its responder and leaves the response in [#out]. The lock of the peer is held.
    private Outcome respond(Arrival arrival, HandshakePeer peer, Handshake.ReceivedInitiation initiation) {
        int localIndex = indexes.reserve(peer, entropy);
        if (localIndex == IndexTable.NONE) {
            return new Dropped(HandshakeDrop.NO_FREE_INDEX);
        }
        int remoteIndex = InitiationView.senderIndex(arrival.view, 0);
        byte[] presharedKey = peer.presharedKeyBytes();
        boolean published = false;
        try {
            Handshake.Answer answer = initiation.respond(p, presharedKey, entropy, NOTHING);
            if (answer == null) {
                return new Dropped(HandshakeDrop.INVALID_POINT);
            }
            ResponseView.writeHeader(out, 0, localIndex, remoteIndex);
            putOut(answer.bytes(), ResponseView.EPHEMERAL);
            addMacs(arrival.nowNanos, peer, ResponseView.MAC1);
            Keypair keypair = keypair(arrival, peer, false, localIndex, remoteIndex, answer.keys());
            published = indexes.publish(localIndex, keypair);
            assert published : "the reservation is ours";
            return new Established(keypair);
        } finally {
            Wipe.bytes(presharedKey);
            if (!published) {
                indexes.release(localIndex);
            }
        }
    }

    private Outcome onResponse(Arrival arrival, LocalIdentity identity) {
        int localIndex = ResponseView.receiverIndex(arrival.view, 0);
        HandshakePeer peer = indexes.reservedBy(localIndex);
        if (peer == null) {
            return new Dropped(HandshakeDrop.NO_PENDING_HANDSHAKE);
        }
        peer.lock().lock();
        byte[] presharedKey = peer.presharedKeyBytes();
        try {
            HandshakePeer.Pending pending = peer.pending(localIndex);
            if (pending == null) {
                return new Dropped(HandshakeDrop.NO_PENDING_HANDSHAKE);
            }
            byte[] noise = Arrays.copyOfRange(arrival.bytes, ResponseView.EPHEMERAL, ResponseView.MAC1);
            Handshake.Answer answer = pending.phase().consume(p, identity, presharedKey, noise);
            if (answer == null) {
                return new Dropped(HandshakeDrop.FORGED_RESPONSE);
            }
            int remoteIndex = ResponseView.senderIndex(arrival.view, 0);
            Keypair keypair = keypair(arrival, peer, true, localIndex, remoteIndex, answer.keys());
            boolean published = indexes.publish(localIndex, keypair);
            assert published : "the reservation is guarded by the peer's lock";
            peer.completePending();
            return new Established(keypair);
        } finally {
            Wipe.bytes(presharedKey);
            peer.lock().unlock();
        }
    }

    private Outcome onCookieReply(Arrival arrival) {
        HandshakePeer peer = indexes.peer(CookieReplyView.receiverIndex(arrival.view, 0));
        if (peer == null) {
            return new Dropped(HandshakeDrop.UNEXPECTED_COOKIE);
        }
        byte[] nonce = Arrays.copyOfRange(arrival.bytes, CookieReplyView.NONCE, CookieReplyView.COOKIE);
        byte[] sealed = Arrays.copyOfRange(arrival.bytes, CookieReplyView.COOKIE, CookieReplyView.BYTES);
        peer.lock().lock();
        try {
            if (peer.isRemoved() || !peer.cookies().awaitsReply()) {
                return new Dropped(HandshakeDrop.UNEXPECTED_COOKIE);
            }
            boolean kept = peer.cookies().accept(p.blake2s(), arrival.nowNanos, peer.publicKey(), nonce, sealed);
            return kept ? CookieKept.YES : new Dropped(HandshakeDrop.FORGED_COOKIE);
        } finally {
            peer.lock().unlock();
        }
    }

    /// Leaves an initiation in [#out], or answers why there is none. Both locks are held.
    private @Nullable HandshakeDrop initiation(long nowNanos, long wallNanos, HandshakePeer peer) {
        LocalIdentity identity = peers.identityLocked();
        if (identity == null) {
            return HandshakeDrop.NO_IDENTITY;
        }
        if (peer.isRemoved()) {
            return HandshakeDrop.PEER_REMOVED;
        }
        byte[] staticStatic = peer.staticStatic(p, identity);
        if (staticStatic == null) {
            return HandshakeDrop.INVALID_POINT;
        }
        byte[] noise = new byte[InitiationView.MAC1 - InitiationView.EPHEMERAL];
        Handshake.AwaitingResponse phase = Handshake.initiate(
                p,
                Handshake.wireGuardStart(),
                identity,
                peer.publicKey(),
                staticStatic,
                entropy,
                peer.nextStamp(wallNanos).bytes(),
                noise);
        if (phase == null) {
            return HandshakeDrop.INVALID_POINT;
        }
        int localIndex = indexes.reserve(peer, entropy);
        if (localIndex == IndexTable.NONE) {
            phase.close();
            return HandshakeDrop.NO_FREE_INDEX;
        }
        peer.supersede(indexes, localIndex, phase);
        InitiationView.writeHeader(out, 0, localIndex);
        putOut(noise, InitiationView.EPHEMERAL);
        addMacs(nowNanos, peer, InitiationView.MAC1);
        return null;
    }

    private static Keypair keypair(
            Arrival arrival,
            HandshakePeer peer,
            boolean initiator,
            int localIndex,
            int remoteIndex,
            TransportKeys keys) {
        return new Keypair(
                peer,
                initiator,
                localIndex,
                remoteIndex,
                keys.send(),
                keys.receive(),
                arrival.nowNanos,
                arrival.wallNanos);
    }

    /// Completes the message in [#out] with both macs. The lock of the peer is held.
    private void addMacs(long nowNanos, HandshakePeer peer, int mac1Offset) {
        byte[] message = out.asSlice(0, mac1Offset + 2 * Mac.BYTES).toArray(ValueLayout.JAVA_BYTE);
        peer.cookies().addMacs(p.blake2s(), nowNanos, peer.publicKey(), message, mac1Offset);
        putOut(Arrays.copyOfRange(message, mac1Offset, message.length), mac1Offset);
    }

    private void putOut(byte[] part, int offset) {
        MemorySegment.copy(part, 0, out, ValueLayout.JAVA_BYTE, offset, part.length);
    }
}
