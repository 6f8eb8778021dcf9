package dev.sekisho.dataplane.noise;

import dev.sekisho.crypto.Entropy;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// Finds the handshake or key pair that an index on the wire means. Thread-safe and lock-free; look-up
/// allocates nothing.
///
/// An index is 32 bits: its low bits are a slot in a fixed number of slots, the rest is random, so a look-up
/// is one array read and a comparison. An index is *reserved* for a peer while its handshake runs, then
/// *published* with the key pair in the same slot, and *released* by whoever ends either. At most half of the
/// slots in play are taken; the number in play doubles with use and segments are allocated when first needed,
/// so few peers cost little memory. Source: WireGuard paper sections 5.4.2 and 6.2 (indices); kernel
/// `peerlookup.c` for the replace rule.
public final class IndexTable {
    /// "No index": never handed out.
    public static final int NONE = 0;

    /// Largest number of peers that a table can be made for: leaves at least 8 random bits in an index.
    public static final int LARGEST_PEERS = 1 << 21;

    /// A pending initiation, and the previous, current and next key pair.
    private static final int INDICES_PER_PEER = 4;

    private static final int SEGMENT_BITS = 10;
    private static final int SEGMENT_SLOTS = 1 << SEGMENT_BITS;
    private static final int SEGMENT_MASK = SEGMENT_SLOTS - 1;

    /// With half of the slots taken, this many random probes fail once in 2^64 calls.
    private static final int PROBES = 64;

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    /// What a slot holds.
    sealed interface Entry permits Keypair, Reservation {
        int localIndex();

        HandshakePeer peer();
    }

    private record Reservation(int localIndex, HandshakePeer peer) implements Entry {}

    private final int slotMask;
    private final AtomicReferenceArray<@Nullable AtomicReferenceArray<@Nullable Entry>> segments;
    private final AtomicInteger slotsInPlay = new AtomicInteger(SEGMENT_SLOTS);
    private final AtomicInteger size = new AtomicInteger();

    /// A table with room for all indices of `maximumPeers` peers (1 to [#LARGEST_PEERS]).
    ///
    /// @throws IllegalArgumentException when the number is out of range
    public IndexTable(int maximumPeers) {
        if (maximumPeers < 1 || maximumPeers > LARGEST_PEERS) {
            throw new IllegalArgumentException("a table for " + maximumPeers + " peers is out of range");
        }
        int wanted = Math.max(SEGMENT_SLOTS, 2 * INDICES_PER_PEER * maximumPeers);
        int slots = Integer.highestOneBit(wanted - 1) << 1;
        slotMask = slots - 1;
        segments = new AtomicReferenceArray<>(slots >>> SEGMENT_BITS);
    }

    /// Reserves a random index for a handshake of `owner`, or answers [#NONE] when the table is half full.
    public int reserve(HandshakePeer owner, Entropy entropy) {
        int taken = size.incrementAndGet();
        if (taken > (slotMask + 1) / 2) {
            size.decrementAndGet();
            return NONE;
        }
        int inPlay = slotsInPlay.get();
        if (taken > inPlay / 2) {
            // Who loses this race finds the table grown by somebody else.
            slotsInPlay.compareAndSet(inPlay, inPlay * 2);
            inPlay = slotsInPlay.get();
        }
        byte[] random = new byte[Integer.BYTES];
        for (int i = 0; i < PROBES; i++) {
            entropy.fill(random, 0, random.length);
            int drawn = (int) INT.get(random, 0);
            int slot = drawn & (inPlay - 1);
            int index = (drawn & ~slotMask) | slot;
            if (index != NONE
                    && segmentFor(slot).compareAndSet(slot & SEGMENT_MASK, null, new Reservation(index, owner))) {
                return index;
            }
        }
        size.decrementAndGet();
        return NONE;
    }

    /// Puts `keypair` in the place of the reservation of `index`. False, and nothing changed, when that
    /// reservation is gone.
    ///
    /// @throws IllegalArgumentException when the pair was made for another index
    public boolean publish(int index, Keypair keypair) {
        if (keypair.localIndex() != index) {
            throw new IllegalArgumentException("the key pair belongs to another index");
        }
        var segment = segments.getAcquire((index & slotMask) >>> SEGMENT_BITS);
        return segment != null
                && segment.getAcquire(index & SEGMENT_MASK) instanceof Reservation reservation
                && reservation.localIndex == index
                && reservation.peer == keypair.peer()
                && segment.compareAndSet(index & SEGMENT_MASK, reservation, keypair);
    }

    /// The key pair published under `index`, or null.
    public @Nullable Keypair keypair(int index) {
        return entry(index) instanceof Keypair keypair ? keypair : null;
    }

    /// The peer whose running handshake reserved `index`, or null.
    public @Nullable HandshakePeer reservedBy(int index) {
        return entry(index) instanceof Reservation reservation ? reservation.peer : null;
    }

    /// The peer that `index` stands for, by a handshake or a key pair, or null.
    public @Nullable HandshakePeer peer(int index) {
        Entry entry = entry(index);
        return entry == null ? null : entry.peer();
    }

    /// Frees `index`, whatever it holds. False when nobody had it.
    public boolean release(int index) {
        var segment = segments.getAcquire((index & slotMask) >>> SEGMENT_BITS);
        if (segment == null) {
            return false;
        }
        // A publish may swap the entry between look and exchange; there is at most one per reservation.
        while (true) {
            Entry entry = segment.getAcquire(index & SEGMENT_MASK);
            if (entry == null || entry.localIndex() != index) {
                return false;
            }
            if (segment.compareAndSet(index & SEGMENT_MASK, entry, null)) {
                size.decrementAndGet();
                return true;
            }
        }
    }

    /// How many indices are taken; exact when no other thread is at work.
    public int size() {
        return size.get();
    }

    private @Nullable Entry entry(int index) {
        var segment = segments.getAcquire((index & slotMask) >>> SEGMENT_BITS);
        if (segment == null) {
            return null;
        }
        Entry entry = segment.getAcquire(index & SEGMENT_MASK);
        return entry != null && entry.localIndex() == index ? entry : null;
    }

    private AtomicReferenceArray<@Nullable Entry> segmentFor(int slot) {
        int at = slot >>> SEGMENT_BITS;
        var segment = segments.getAcquire(at);
        if (segment != null) {
            return segment;
        }
        var fresh = new AtomicReferenceArray<@Nullable Entry>(SEGMENT_SLOTS);
        var found = segments.compareAndExchange(at, null, fresh);
        return found == null ? fresh : found;
    }
}
