package dev.sekisho.dataplane.run;

import dev.sekisho.dataplane.noise.IndexTable;
import dev.sekisho.dataplane.noise.Keypair;
import dev.sekisho.dataplane.noise.PublicKey;
import dev.sekisho.dataplane.peer.AllowedIps;
import dev.sekisho.dataplane.peer.Peer;
import dev.sekisho.dataplane.wire.Endpoint;
import dev.sekisho.tun.ReceiveBatch;
import dev.sekisho.tun.TunQueue;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// Brings packets to the worker that owns their peer, where there are several workers.
///
/// The kernel spreads flows over TUN queues and sockets without knowing peers, so a packet may reach the wrong worker.
/// It is
/// copied into a bounded ring to the right one; what finds no room is dropped, as by a full socket buffer. A coalesced
/// message
/// goes where its first datagram belongs. With one
/// worker nothing of this exists. Thread-safe in this sense: each worker calls it for itself.
final class Steering {
    private static final ValueLayout.OfInt WORD = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt NET_INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong NET_LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final int TRANSPORT = 4;

    private final int workers;
    private final IndexTable indexes;
    private final @Nullable SpscRing[] rings;
    private @Nullable Worker[] members;
    private volatile AllowedIps allowedIps = AllowedIps.EMPTY;

    /// @param arena where the rings come from
    Steering(int workers, IndexTable indexes, Arena arena) {
        this.workers = workers;
        this.indexes = indexes;
        this.members = new @Nullable Worker[workers];
        this.rings = new @Nullable SpscRing[workers * workers];
        for (int i = 0; workers > 1 && i < rings.length; i++) {
            rings[i] = i / workers == i % workers ? null : new SpscRing(arena);
        }
    }

    /// Names the workers. Before any of them starts.
    void members(Worker[] all) {
        members = all.clone();
    }

    /// The snapshot by which frames find their peers.
    void allowedIps(AllowedIps snapshot) {
        allowedIps = snapshot;
    }

    /// The worker that owns a peer.
    static int homeOf(PublicKey publicKey, int workers) {
        return Math.floorMod(publicKey.hashCode(), workers);
    }

    /// Whether a received message belongs to another worker; then it is on its way there.
    boolean datagramsAreForeign(Worker self, Endpoint from, ReceiveBatch batch, int slot) {
        if (workers == 1 || batch.length(slot) < 8) {
            return false;
        }
        MemorySegment memory = batch.memory();
        long offset = batch.offset(slot);
        if (memory.get(WORD, offset) != TRANSPORT) {
            return false;
        }
        Keypair keypair = indexes.keypair(memory.get(WORD, offset + 4));
        if (keypair == null || !(keypair.peer().owner() instanceof Peer peer)) {
            return false;
        }
        return send(
                self,
                homeOf(peer.publicKey(), workers),
                from,
                memory,
                offset,
                batch.length(slot),
                batch.segmentBytes(slot));
    }

    /// Whether a frame belongs to another worker; then it is on its way there.
    boolean frameIsForeign(Worker self, MemorySegment frame, int lengthBytes) {
        if (workers == 1) {
            return false;
        }
        Peer peer = destination(frame, lengthBytes);
        return peer != null && send(self, homeOf(peer.publicKey(), workers), null, frame, 0, lengthBytes, lengthBytes);
    }

    private @Nullable Peer destination(MemorySegment frame, int lengthBytes) {
        int packet = TunQueue.HEADER_BYTES;
        if (lengthBytes < packet + 20) {
            return null;
        }
        int version = (frame.get(ValueLayout.JAVA_BYTE, packet) & 0xff) >>> 4;
        if (version == 4) {
            return allowedIps.find4(frame.get(NET_INT, packet + 16));
        }
        return version == 6 && lengthBytes >= packet + 40
                ? allowedIps.find6(frame.get(NET_LONG, packet + 24), frame.get(NET_LONG, packet + 32))
                : null;
    }

    private boolean send(
            Worker self,
            int home,
            @Nullable Endpoint sender,
            MemorySegment memory,
            long offset,
            int lengthBytes,
            int segmentBytes) {
        if (home == self.number()) {
            return false;
        }
        SpscRing ring = rings[self.number() * workers + home];
        Worker target = members[home];
        if (ring == null || target == null || !ring.offer(sender, memory, offset, lengthBytes, segmentBytes)) {
            self.countSteeringDrop();
            return true;
        }
        target.wake();
        return true;
    }

    /// Feeds a worker what others sent it.
    ///
    /// @return number of entries
    int drain(Worker self, long nowNanos) {
        int count = 0;
        for (int from = 0; workers > 1 && from < workers; from++) {
            SpscRing ring = rings[from * workers + self.number()];
            if (ring != null) {
                count += drain(ring, self, nowNanos);
            }
        }
        return count;
    }

    private static int drain(SpscRing ring, Worker self, long nowNanos) {
        int count = 0;
        for (int slot = ring.peek(); slot >= 0 && count < SpscRing.ENTRIES; slot = ring.peek()) {
            Endpoint sender = ring.sender(slot);
            if (sender == null) {
                self.engine().onTunFrame(nowNanos, ring.memory(), ring.offset(slot), ring.length(slot));
            } else {
                self.engine()
                        .onDatagrams(
                                nowNanos,
                                sender,
                                ring.memory(),
                                ring.offset(slot),
                                ring.length(slot),
                                ring.segmentBytes(slot));
            }
            ring.release();
            count++;
        }
        return count;
    }
}
