package dev.sekisho.dataplane.engine;

import dev.sekisho.dataplane.Limits;
import dev.sekisho.dataplane.peer.Peer;
import dev.sekisho.dataplane.wire.Endpoint;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// Lays sealed datagrams back to back, so that one system call sends up to 64 of them. Owner: the engine's
/// thread.
///
/// One train is open at a time: datagrams of one size to one endpoint of one peer; a shorter one is its last.
/// Closed trains lie behind each other in the slab until the network has taken them. When the largest train
/// might not fit behind the last one, the network is flushed and the slab begins anew.
final class Trains {
    /// Trains start at cache lines.
    private static final int ALIGNMENT = 64;

    private final Egress egress;
    private final MemorySegment slab;
    private int start;
    private int end;
    private boolean handedOver;

    private @Nullable Peer peer;
    private @Nullable Endpoint to;
    private int segmentBytes;
    private int count;
    private boolean full;

    Trains(Arena arena, Egress egress) {
        this.egress = egress;
        this.slab = arena.allocate(Limits.TRAIN_SLAB_BYTES, ALIGNMENT);
    }

    MemorySegment memory() {
        return slab;
    }

    /// Makes room for a datagram of `bytes` (at most [Limits#TRAIN_BYTES]) and returns its offset in [#memory].
    /// It must be written before the next call.
    int append(Peer owner, Endpoint where, int bytes) {
        assert bytes <= Limits.TRAIN_BYTES : "callers refuse larger datagrams";
        if (!fits(owner, where, bytes)) {
            close();
            open(owner, where, bytes);
        }
        int at = end;
        end += bytes;
        count++;
        full = bytes < segmentBytes || count == Limits.TRAIN_DATAGRAMS;
        return at;
    }

    /// Whether something has yet to go out.
    boolean isPending() {
        return peer != null || handedOver;
    }

    /// Closes the open train and has the network take all of them.
    void flush() {
        close();
        if (handedOver) {
            handedOver = false;
            egress.flushNetwork();
        }
        start = 0;
        end = 0;
    }

    @SuppressWarnings("ReferenceEquality") // equal endpoints may differ in their source address
    private boolean fits(Peer owner, Endpoint where, int bytes) {
        return peer == owner
                && to == where
                && !full
                && bytes <= segmentBytes
                && end - start + bytes <= Limits.TRAIN_BYTES;
    }

    private void open(Peer owner, Endpoint where, int bytes) {
        if (end + Limits.TRAIN_BYTES > Limits.TRAIN_SLAB_BYTES) {
            flush();
        }
        start = end;
        peer = owner;
        to = where;
        segmentBytes = bytes;
        count = 0;
    }

    private void close() {
        Peer owner = peer;
        Endpoint where = to;
        if (owner == null || where == null) {
            return;
        }
        int totalBytes = end - start;
        owner.addSent(totalBytes);
        egress.toNetwork(where, slab, start, totalBytes, segmentBytes);
        handedOver = true;
        peer = null;
        to = null;
        end = (end + ALIGNMENT - 1) & -ALIGNMENT;
    }
}
