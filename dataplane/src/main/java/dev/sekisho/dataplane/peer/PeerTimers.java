package dev.sekisho.dataplane.peer;

import static dev.sekisho.dataplane.time.DeadlineQueue.NEVER;

import dev.sekisho.dataplane.Limits;
import dev.sekisho.dataplane.time.Deadline;
import dev.sekisho.dataplane.time.DeadlineQueue;
import dev.sekisho.dataplane.time.Jitter;

/// The five timers of a peer. Owner: the peer's engine thread. Methods are named after what happened, not after
/// timers.
///
/// - *Retransmit handshake*: 5 s and jitter after an initiation that nobody answered; after 90 s of that, give
///   up, drop what waits, and forget all keys three key lifetimes later.
/// - *Keepalive*: 10 s after data came in, unless anything went out since.
/// - *New handshake*: 15 s and jitter after data went out, unless anything authenticated came in since.
/// - *Zero keys*: three key lifetimes after the last session began.
/// - *Persistent keepalive*: the configured interval after the last authenticated packet in either direction.
///
/// Setting a timer costs a store and a comparison: see [DeadlineQueue] for why later is free. Source: WireGuard
/// paper sections 6.2 to 6.5; the kernel's `timers.c`.
public final class PeerTimers {
    /// What an expired timer asks of the engine.
    public interface Actions {
        /// Nobody answered: send another initiation and call [PeerTimers#handshakeInitiated].
        void retryHandshake(long nowNanos, Peer peer);

        /// Nobody answered for [Limits#REKEY_ATTEMPT_TIME_NANOS]: drop what waits for a key.
        void abandonHandshake(long nowNanos, Peer peer);

        /// We sent data and heard nothing: start a handshake, from any source address.
        void reviveSession(long nowNanos, Peer peer);

        /// Send an empty packet.
        void sendKeepalive(long nowNanos, Peer peer);

        /// No new session for three key lifetimes: wipe all keys.
        void forgetKeys(long nowNanos, Peer peer);
    }

    static final long NEW_HANDSHAKE_NANOS = Limits.KEEPALIVE_TIMEOUT_NANOS + Limits.REKEY_TIMEOUT_NANOS;
    static final long ZERO_KEYS_NANOS = 3 * Limits.REJECT_AFTER_TIME_NANOS;

    private final Peer peer;
    private final Deadline<Peer> deadline;
    private final DeadlineQueue<Peer> queue;
    private final Jitter jitter;

    private long retransmitHandshakeNanos = NEVER;
    private long keepaliveNanos = NEVER;
    private long newHandshakeNanos = NEVER;
    private long zeroKeysNanos = NEVER;
    private long persistentKeepaliveNanos = NEVER;
    private long persistentIntervalNanos;
    private long attemptsEndNanos = NEVER;
    private boolean needsAnotherKeepalive;

    public PeerTimers(Peer peer, DeadlineQueue<Peer> queue, Jitter jitter) {
        this.peer = peer;
        this.deadline = new Deadline<>(peer);
        this.queue = queue;
        this.jitter = jitter;
    }

    /// Sets the persistent keepalive's interval; 0 switches it off. The caller sends the first one.
    public void persistentInterval(long intervalNanos) {
        persistentIntervalNanos = intervalNanos;
        if (intervalNanos == 0) {
            persistentKeepaliveNanos = NEVER;
        }
    }

    /// Whether there is a persistent keepalive.
    public boolean isPersistent() {
        return persistentIntervalNanos > 0;
    }

    /// A handshake or transport message went out.
    public void anyAuthenticatedPacketSent() {
        keepaliveNanos = NEVER;
    }

    /// A handshake or transport message came in and was authentic.
    public void anyAuthenticatedPacketReceived() {
        newHandshakeNanos = NEVER;
    }

    /// Either of the two.
    public void anyAuthenticatedPacketTraversal(long nowNanos) {
        if (persistentIntervalNanos > 0) {
            persistentKeepaliveNanos = due(nowNanos + persistentIntervalNanos);
        }
    }

    /// A packet with content went out.
    public void dataSent(long nowNanos) {
        if (newHandshakeNanos == NEVER) {
            newHandshakeNanos = due(nowNanos + NEW_HANDSHAKE_NANOS + jitter.nextNanos());
        }
    }

    /// A packet with content came in.
    public void dataReceived(long nowNanos) {
        if (keepaliveNanos == NEVER) {
            keepaliveNanos = due(nowNanos + Limits.KEEPALIVE_TIMEOUT_NANOS);
        } else {
            needsAnotherKeepalive = true;
        }
    }

    /// Somebody wants a handshake for a reason of their own: the 90 s begin anew.
    public void handshakeWanted(long nowNanos) {
        attemptsEndNanos = nowNanos + Limits.REKEY_ATTEMPT_TIME_NANOS;
    }

    /// An initiation is on its way.
    public void handshakeInitiated(long nowNanos) {
        retransmitHandshakeNanos = due(nowNanos + Limits.REKEY_TIMEOUT_NANOS + jitter.nextNanos());
    }

    /// A handshake was wanted, but our last handshake message, sent at `sentNanos`, is too young for another.
    /// The kernel leaves it at that; we remember, so that a packet that waits does not depend on a second one.
    public void handshakeDeferred(long sentNanos) {
        if (retransmitHandshakeNanos == NEVER) {
            handshakeInitiated(sentNanos);
        }
    }

    /// The current session is confirmed by both sides.
    public void handshakeComplete() {
        retransmitHandshakeNanos = NEVER;
    }

    /// New keys exist.
    public void sessionDerived(long nowNanos) {
        zeroKeysNanos = due(nowNanos + ZERO_KEYS_NANOS);
    }

    /// Calls what is due, then queues the peer for what comes next.
    public void fire(long nowNanos, Actions actions) {
        fireRetransmit(nowNanos, actions);
        fireKeepalive(nowNanos, actions);
        if (newHandshakeNanos <= nowNanos) {
            newHandshakeNanos = NEVER;
            actions.reviveSession(nowNanos, peer);
        }
        if (zeroKeysNanos <= nowNanos) {
            zeroKeysNanos = NEVER;
            actions.forgetKeys(nowNanos, peer);
        }
        if (persistentKeepaliveNanos <= nowNanos) {
            persistentKeepaliveNanos = due(nowNanos + persistentIntervalNanos);
            actions.sendKeepalive(nowNanos, peer);
        }
        queue.ensure(deadline, nextNanos());
    }

    /// The exact time at which [#fire] has work, [DeadlineQueue#NEVER] for none.
    public long nextNanos() {
        long handshake = Math.min(retransmitHandshakeNanos, newHandshakeNanos);
        long keepalive = Math.min(keepaliveNanos, persistentKeepaliveNanos);
        return Math.min(Math.min(handshake, keepalive), zeroKeysNanos);
    }

    /// Cancels everything: the peer is gone.
    public void stop() {
        retransmitHandshakeNanos = NEVER;
        keepaliveNanos = NEVER;
        newHandshakeNanos = NEVER;
        zeroKeysNanos = NEVER;
        persistentKeepaliveNanos = NEVER;
        persistentIntervalNanos = 0;
        queue.remove(deadline);
    }

    private void fireRetransmit(long nowNanos, Actions actions) {
        if (retransmitHandshakeNanos > nowNanos) {
            return;
        }
        retransmitHandshakeNanos = NEVER;
        if (nowNanos < attemptsEndNanos) {
            actions.retryHandshake(nowNanos, peer);
            return;
        }
        keepaliveNanos = NEVER;
        if (zeroKeysNanos == NEVER) {
            zeroKeysNanos = due(nowNanos + ZERO_KEYS_NANOS);
        }
        actions.abandonHandshake(nowNanos, peer);
    }

    private void fireKeepalive(long nowNanos, Actions actions) {
        if (keepaliveNanos > nowNanos) {
            return;
        }
        keepaliveNanos = NEVER;
        actions.sendKeepalive(nowNanos, peer);
        if (needsAnotherKeepalive) {
            needsAnotherKeepalive = false;
            keepaliveNanos = due(nowNanos + Limits.KEEPALIVE_TIMEOUT_NANOS);
        }
    }

    private long due(long nanos) {
        queue.ensure(deadline, nanos);
        return nanos;
    }
}
