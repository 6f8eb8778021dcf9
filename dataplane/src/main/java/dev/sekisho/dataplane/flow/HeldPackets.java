package dev.sekisho.dataplane.flow;

import dev.sekisho.dataplane.Limits;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Packets of devices that wait for a challenge, in order of arrival. Owner: the engine's thread.
///
/// Packets are copied. Bounded in packets and bytes per device ([Limits#HELD_PACKETS_PER_DEVICE],
/// [Limits#HELD_BYTES_PER_DEVICE]) and in bytes over all devices ([Limits#HELD_BYTES_IN_ALL]). What does not
/// fit is refused, for the oldest matter most: they are the SYNs that open connections. A SYN that is sent
/// again is kept once.
public final class HeldPackets {
    /// What became of a packet.
    public enum Held {
        /// It waits.
        HELD,
        /// It is a SYN that waits already.
        REPEATED,
        /// There was no room.
        FULL
    }

    /// Takes packets that no longer wait. May [#offer] them again.
    @FunctionalInterface
    public interface Sink {
        /// Takes one packet. The memory is valid, and free to be changed, during this call; there are
        /// [Limits#PADDING_BYTES] behind the packet.
        void packet(int device, MemorySegment memory, long offset, int lengthBytes);
    }

    private final Arena arena;
    private final long limitBytes;
    private @Nullable Queue[] queues = {};
    private @Nullable MemorySegment room;
    private long bytesInAll;
    private int size;

    /// @param arena where one packet's room comes from when the first is drained
    public HeldPackets(Arena arena) {
        this(arena, Limits.HELD_BYTES_IN_ALL);
    }

    HeldPackets(Arena arena, long limitBytes) {
        this.arena = arena;
        this.limitBytes = limitBytes;
    }

    /// Copies a packet behind the others of its device.
    ///
    /// @param challenge id of the challenge that it waits for
    /// @param flow anything that tells the challenge's flows apart, such as a hash of source address and
    /// ports
    /// @param syn whether it is a TCP segment with SYN and without ACK
    /// @param sequence its TCP sequence number; only looked at when it is a SYN
    public Held offer(
            long challenge,
            int device,
            MemorySegment memory,
            long offset,
            int lengthBytes,
            long flow,
            boolean syn,
            int sequence) {
        Queue queue = queue(device);
        if (syn && queue.holdsSyn(challenge, flow, sequence)) {
            return Held.REPEATED;
        }
        int cost = lengthBytes + Limits.HELD_OVERHEAD_BYTES;
        if (queue.packets >= Limits.HELD_PACKETS_PER_DEVICE
                || queue.bytes + lengthBytes > Limits.HELD_BYTES_PER_DEVICE
                || bytesInAll + cost > limitBytes) {
            return Held.FULL;
        }
        byte[] bytes = new byte[lengthBytes];
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offset, bytes, 0, lengthBytes);
        queue.append(new Entry(challenge, flow, syn, sequence, bytes));
        bytesInAll += cost;
        size++;
        return Held.HELD;
    }

    /// Gives the packets that wait for a challenge to `sink`, oldest first, each once: to be released when
    /// it was approved, to be refused when it was not.
    ///
    /// @return how many there were
    public int drain(long challenge, int device, Sink sink) {
        if (device >= queues.length || queues[device] == null) {
            return 0;
        }
        int drained = 0;
        // Taken out before the first is given away: the sink may hold packets again.
        Entry next = queue(device).takeOut(challenge);
        for (Entry entry = next; entry != null; entry = entry.next) {
            forget(entry);
        }
        for (; next != null; next = next.next) {
            MemorySegment target = room();
            MemorySegment.copy(next.bytes, 0, target, ValueLayout.JAVA_BYTE, 0, next.bytes.length);
            sink.packet(device, target, 0, next.bytes.length);
            drained++;
        }
        return drained;
    }

    /// Drops all packets of a device and returns how many there were.
    public int closeDevice(int device) {
        if (device >= queues.length || queues[device] == null) {
            return 0;
        }
        Queue queue = queue(device);
        int dropped = queue.packets;
        for (Entry entry = queue.first; entry != null; entry = entry.next) {
            forget(entry);
        }
        queues[device] = null;
        return dropped;
    }

    /// Number of packets that wait.
    public int size() {
        return size;
    }

    /// Number of packets of a device that wait.
    public int size(int device) {
        return device < queues.length && queues[device] != null ? queue(device).packets : 0;
    }

    /// Bytes that count towards the bound over all devices; for tests.
    long bytesInAll() {
        return bytesInAll;
    }

    private void forget(Entry entry) {
        bytesInAll -= entry.bytes.length + Limits.HELD_OVERHEAD_BYTES;
        size--;
    }

    private MemorySegment room() {
        MemorySegment made = room;
        if (made == null) {
            made = arena.allocate(Limits.MAX_IP_BYTES + Limits.PADDING_BYTES, Long.BYTES);
            room = made;
        }
        return made;
    }

    private Queue queue(int device) {
        if (device >= queues.length) {
            queues = Arrays.copyOf(queues, Math.max(device + 1, queues.length * 3 / 2));
        }
        Queue known = queues[device];
        if (known == null) {
            known = new Queue();
            queues[device] = known;
        }
        return known;
    }

    /// A packet in the list of its device.
    private static final class Entry {
        private final long challenge;
        private final long flow;
        private final boolean syn;
        private final int sequence;
        private final byte[] bytes;
        private @Nullable Entry next;

        Entry(long challenge, long flow, boolean syn, int sequence, byte[] bytes) {
            this.challenge = challenge;
            this.flow = flow;
            this.syn = syn;
            this.sequence = sequence;
            this.bytes = bytes;
        }
    }

    /// The packets of a device, linked, oldest first.
    private static final class Queue {
        private @Nullable Entry first;
        private @Nullable Entry last;
        private int packets;
        private int bytes;

        boolean holdsSyn(long challenge, long flow, int sequence) {
            for (Entry entry = first; entry != null; entry = entry.next) {
                if (entry.syn && entry.flow == flow && entry.sequence == sequence && entry.challenge == challenge) {
                    return true;
                }
            }
            return false;
        }

        void append(Entry entry) {
            entry.next = null;
            if (last == null) {
                first = entry;
            } else {
                last.next = entry;
            }
            last = entry;
            packets++;
            bytes += entry.bytes.length;
        }

        /// Takes out the packets of a challenge, linked in their order; null when there are none.
        @Nullable
        Entry takeOut(long challenge) {
            Queue out = new Queue();
            Entry entry = first;
            first = null;
            last = null;
            packets = 0;
            bytes = 0;
            while (entry != null) {
                Entry next = entry.next;
                (entry.challenge == challenge ? out : this).append(entry);
                entry = next;
            }
            return out.first;
        }
    }
}
