package dev.sekisho.dataplane.noise;

import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/// The peers that handshakes are made with, by static key, and our own identity. Thread-safe.
///
/// A handshake thread holds the read lock while it works on one message, so the identity never changes under
/// it; a change of identity takes the write lock. Lock order: identity, then peer. Sinks are called under the
/// read lock, so that a session of the old identity is handed over before the change, never under a peer's.
public final class HandshakePeers {
    private final IndexTable indexes;
    private final ConcurrentHashMap<PublicKey, HandshakePeer> peers = new ConcurrentHashMap<>();
    private final ReentrantReadWriteLock identityLock = new ReentrantReadWriteLock();
    private @Nullable LocalIdentity identity;

    /// An empty registry; `indexes` is where the handshakes of its peers are found.
    public HandshakePeers(IndexTable indexes) {
        this.indexes = indexes;
    }

    /// Our identity, or null when there is none.
    public @Nullable LocalIdentity identity() {
        identityLock.readLock().lock();
        try {
            return identity;
        } finally {
            identityLock.readLock().unlock();
        }
    }

    /// Takes over a new identity, or none, and wipes the former one. Running handshakes end; shared secrets of
    /// static keys are computed anew, each at the next handshake with its peer. Key pairs stay: they are the
    /// caller's.
    ///
    /// @return the peer that had to go since its key is now our own
    public Optional<HandshakePeer> identity(@Nullable LocalIdentity next) {
        identityLock.writeLock().lock();
        try {
            HandshakePeer ourselves = next == null ? null : peers.remove(next.publicKey());
            if (ourselves != null) {
                ourselves.retire(indexes);
            }
            for (HandshakePeer peer : peers.values()) {
                peer.identityChanged(indexes);
            }
            if (identity != null && identity != next) {
                identity.close();
            }
            identity = next;
            return Optional.ofNullable(ourselves);
        } finally {
            identityLock.writeLock().unlock();
        }
    }

    /// Adds a peer. False, and nothing changed, when its key is our own or is already here.
    public boolean add(HandshakePeer peer) {
        identityLock.readLock().lock();
        try {
            boolean ourselves = identity != null && identity.publicKey().equals(peer.publicKey());
            return !ourselves && peers.putIfAbsent(peer.publicKey(), peer) == null;
        } finally {
            identityLock.readLock().unlock();
        }
    }

    /// Removes a peer for good: its running handshake ends, its secrets are wiped. Key pairs stay: they are
    /// the caller's. False when it is not here.
    public boolean remove(HandshakePeer peer) {
        boolean present = peers.remove(peer.publicKey(), peer);
        peer.retire(indexes);
        return present;
    }

    /// The peer with this static key, or null.
    public @Nullable HandshakePeer find(PublicKey publicKey) {
        return peers.get(publicKey);
    }

    /// Gives up the handshake that we began with `peer`, if one waits: frees its index and wipes its secrets.
    public void abandon(HandshakePeer peer) {
        peer.lock().lock();
        try {
            peer.abandon(indexes);
        } finally {
            peer.lock().unlock();
        }
    }

    /// Number of peers.
    public int size() {
        return peers.size();
    }

    /// Held while a message is worked on.
    Lock identityReadLock() {
        return identityLock.readLock();
    }

    /// Our identity; the read lock is held.
    @Nullable
    LocalIdentity identityLocked() {
        assert identityLock.getReadHoldCount() > 0;
        return identity;
    }
}
