package dev.sekisho.dataplane.noise;

import dev.sekisho.crypto.ConstantTime;
import dev.sekisho.crypto.SecretKey;
import dev.sekisho.crypto.Wipe;
import dev.sekisho.dataplane.Limits;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The handshake side of one peer: what is known of it between handshakes, and the handshake that we began.
///
/// Several handshake threads share a peer, so everything that changes is guarded by the lock of the peer;
/// package-private methods expect it to be held. The packet path reads the two final fields only. Small on
/// purpose: scratch belongs to the [Handshaker]. Source: WireGuard paper sections 5.1, 5.4 and 6.
public final class HandshakePeer {
    private static final int KEY = SecretKey.BYTES;
    private static final long NANOS_PER_INITIATION = 1_000_000_000L / Limits.INITIATIONS_PER_SECOND;

    private final PublicKey publicKey;
    private final Object owner;
    private final ReentrantLock lock = new ReentrantLock();

    private boolean removed;
    private @Nullable SecretKey presharedKey;
    private byte @Nullable [] staticStatic;
    private @Nullable LocalIdentity staticStaticOf;
    private @Nullable CookieGenerator cookies;
    private @Nullable Pending pending;
    private Tai64n lastSent = Tai64n.ZERO;
    private Tai64n greatestReceived = Tai64n.ZERO;
    private long lastInitiationNanos;

    /// A handshake that we began and that waits for its response.
    ///
    /// @param localIndex the index that it reserved
    /// @param phase its secrets
    record Pending(int localIndex, Handshake.AwaitingResponse phase) {}

    /// A peer with the static key `publicKey`; `owner` is the caller's own object for this peer, never looked
    /// into.
    public HandshakePeer(PublicKey publicKey, Object owner) {
        this.publicKey = publicKey;
        this.owner = owner;
    }

    /// Static key, by which the peer is known.
    public PublicKey publicKey() {
        return publicKey;
    }

    /// What the constructor was given.
    public Object owner() {
        return owner;
    }

    /// Sets the pre-shared key of the handshakes to come; the all-zero key stands for none. The key is copied.
    public void presharedKey(SecretKey key) {
        lock.lock();
        try {
            if (presharedKey != null) {
                presharedKey.close();
            }
            presharedKey = key.isZero() || removed ? null : copy(key);
        } finally {
            lock.unlock();
        }
    }

    /// A copy of the pre-shared key, which the caller wipes; empty when there is none.
    public Optional<SecretKey> presharedKey() {
        lock.lock();
        try {
            return presharedKey == null ? Optional.empty() : Optional.of(copy(presharedKey));
        } finally {
            lock.unlock();
        }
    }

    private static SecretKey copy(SecretKey key) {
        byte[] bytes = new byte[KEY];
        key.copyTo(bytes, 0);
        SecretKey copy = SecretKey.copyOf(bytes, 0);
        Wipe.bytes(bytes);
        return copy;
    }

    ReentrantLock lock() {
        return lock;
    }

    boolean isRemoved() {
        return removed;
    }

    /// The pre-shared key as bytes, all zero when there is none. The caller wipes them.
    byte[] presharedKeyBytes() {
        byte[] bytes = new byte[KEY];
        if (presharedKey != null) {
            presharedKey.copyTo(bytes, 0);
        }
        return bytes;
    }

    /// Shared secret of our static key and the peer's, computed at the first handshake under `identity` and
    /// kept; not to be changed. Null when the peer's key is a point of low order.
    byte @Nullable [] staticStatic(Primitives p, LocalIdentity identity) {
        byte[] known = staticStatic;
        if (known == null || staticStaticOf != identity) {
            forgetIdentity();
            known = new byte[KEY];
            Handshake.sharedSecret(p, identity.privateKey(), publicKey.bytes(), known);
            staticStatic = known;
            staticStaticOf = identity;
        }
        return ConstantTime.isZero(known) ? null : known;
    }

    private void forgetIdentity() {
        if (staticStatic != null) {
            Wipe.bytes(staticStatic);
        }
        staticStatic = null;
        staticStaticOf = null;
    }

    CookieGenerator cookies() {
        CookieGenerator generator = cookies;
        if (generator == null) {
            generator = new CookieGenerator();
            cookies = generator;
        }
        return generator;
    }

    /// Whether an authentic initiation with this stamp may be answered: null when yes, and it is remembered.
    @Nullable
    HandshakeDrop admit(Tai64n stamp, long nowNanos) {
        if (stamp.compareTo(greatestReceived) <= 0) {
            return HandshakeDrop.REPLAYED_INITIATION;
        }
        boolean isFirst = greatestReceived.equals(Tai64n.ZERO);
        if (!isFirst && nowNanos - lastInitiationNanos < NANOS_PER_INITIATION) {
            return HandshakeDrop.INITIATION_FLOOD;
        }
        greatestReceived = stamp;
        lastInitiationNanos = nowNanos;
        return null;
    }

    /// The stamp for an initiation of ours: later than every one before.
    Tai64n nextStamp(long wallNanos) {
        lastSent = lastSent.next(wallNanos);
        return lastSent;
    }

    /// The handshake that waits under `localIndex`, or null.
    @Nullable
    Pending pending(int localIndex) {
        return pending != null && pending.localIndex == localIndex ? pending : null;
    }

    /// Puts a new handshake in the place of the one that waits, if any, and frees that one's index.
    void supersede(IndexTable indexes, int localIndex, Handshake.AwaitingResponse phase) {
        abandon(indexes);
        pending = new Pending(localIndex, phase);
    }

    /// Ends the waiting handshake but keeps its index, which now belongs to a key pair.
    void completePending() {
        if (pending != null) {
            pending.phase.close();
            pending = null;
        }
    }

    /// Ends the waiting handshake, if any, and frees its index.
    void abandon(IndexTable indexes) {
        if (pending != null) {
            indexes.release(pending.localIndex);
            pending.phase.close();
            pending = null;
        }
    }

    /// Forgets what followed from our former private key. Takes the lock.
    void identityChanged(IndexTable indexes) {
        lock.lock();
        try {
            abandon(indexes);
            forgetIdentity();
        } finally {
            lock.unlock();
        }
    }

    /// Wipes all secrets; the peer takes part in no handshake any more. Takes the lock.
    void retire(IndexTable indexes) {
        lock.lock();
        try {
            removed = true;
            abandon(indexes);
            forgetIdentity();
            if (presharedKey != null) {
                presharedKey.close();
                presharedKey = null;
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        return "HandshakePeer[" + publicKey + "]";
    }
}
