package dev.sekisho.dataplane.offload;

import dev.sekisho.dataplane.Limits;
import dev.sekisho.dataplane.wire.VirtioHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// Merges opened packets into super-packets for the TUN, as Linux GRO does, without moving payload.
/// Owner: one worker thread. Allocates nothing after construction.
///
/// For every packet: `at = room(n)`, open into [#memory] at `at`, then [#accept] when it is genuine and allowed, or
/// nothing when it is not. At the end of a batch: [#flush]. A run stays open across calls until then.
///
/// ```
/// run:      |virtio|IP TCP|payload 0 |payload 1 |
/// room:                              |
///                               at-> |IP TCP|payload 2 |     its headers lie over the run's tail, which is kept
///                              |IP TCP|                      aside and put back by accept, flush and the next room
/// accepted: |virtio|IP TCP|payload 0 |payload 1 |payload 2 |
/// ```
/// `room` guesses that the next packet goes on with the run that grew last. When the guess is wrong the packet is
/// copied once.
///
/// What is merged: TCP with only ACK or ACK and PSH, no IPv4 options, no IPv6 extension headers, no fragments, the
/// same addresses, ports, TOS, TTL, don't-fragment bit, flow label, acknowledgment, window, urgent pointer and option
/// bytes, the sequence number that is due, and a payload as long as the first one's, or shorter, which ends the run,
/// as PSH does. UDP the same way without the TCP fields, and only with a checksum. IPv4 identifications must count up
/// from the first, or all be zero with don't-fragment set: then [SegmentSplitter] gives back the very packets that
/// went in. (Linux also merges equal identifications that are not zero; a frame has no place to say so.)
///
/// Packets of one flow are handed on in the order they were accepted; packets of different flows may overtake each
/// other. A packet that cannot be assigned to a flow (fragment, options, extension header) ends every run.
///
/// TCP and UDP checksums are not verified before merging, unless `verifyChecksums` says so: Poly1305 vouches for the
/// bytes as the peer sent them, and the super-packet gets a fresh checksum, so a segment that was corrupt before it
/// entered the tunnel looks sound behind it. Kernel WireGuard takes the same decision. IPv4 header checksums are
/// always verified. A packet that fails goes through unchanged.
///
/// Source: Linux `net/ipv4/af_inet.c` `inet_gro_receive`, `net/ipv4/tcp_offload.c` `tcp_gro_receive`,
/// `net/ipv4/udp_offload.c` `udp_gro_receive_segment`.
public final class SegmentMerger {
    /// The guess lays the headers and the virtio header of the coming packet over the run's tail.
    private static final int MAX_OVERLAY_BYTES = VirtioHeader.BYTES + Limits.MAX_MERGED_HEADER_BYTES;

    /// A run of the largest size with the largest packet behind it, rounded up to cache lines.
    private static final int REGION_BYTES =
            (VirtioHeader.BYTES + 2 * Limits.MAX_IP_BYTES + Limits.PADDING_BYTES + 63) & -64;

    private final FrameSink sink;
    private final MemorySegment memory;
    private final MemorySegment kept;
    private final ArrivedPacket arrived;

    /// Open runs, the oldest first.
    private final MergeRun[] open;

    private int openCount;

    /// Closed runs; their regions are free.
    private final MergeRun[] free;

    private int freeCount;

    /// The open run that grew last: the guess of [#room].
    private @Nullable MergeRun latest;

    private long at;
    private int roomBytes;
    private int overlayBytes;

    /// Makes a merger with [Limits#OPEN_RUNS] runs that trusts checksums; its memory lives as long as it does.
    public SegmentMerger(boolean tcp, boolean udp, FrameSink sink) {
        this(tcp, udp, false, Limits.OPEN_RUNS, sink, Arena.ofAuto());
    }

    /// Makes a merger.
    ///
    /// @param tcp whether the TUN takes TCP super-packets (TSO4 and TSO6)
    /// @param udp whether the TUN takes UDP super-packets (USO4 and USO6)
    /// @param verifyChecksums whether a packet with a wrong TCP or UDP checksum is kept out of super-packets
    /// @param runs runs that may be open at the same time, at least one
    /// @param arena where the slab comes from: 128 KiB for each run and one more, touched only when used
    public SegmentMerger(boolean tcp, boolean udp, boolean verifyChecksums, int runs, FrameSink sink, Arena arena) {
        if (runs < 1) {
            throw new IllegalArgumentException("a merger needs at least one run");
        }
        this.sink = sink;
        memory = arena.allocate((long) REGION_BYTES * (runs + 1), 64);
        kept = arena.allocate(MAX_OVERLAY_BYTES, 8);
        arrived = new ArrivedPacket(tcp, udp, verifyChecksums);
        open = new MergeRun[runs];
        free = new MergeRun[runs + 1];
        for (int i = 0; i <= runs; i++) {
            free[i] = new MergeRun(memory, (long) REGION_BYTES * i);
        }
        freeCount = runs + 1;
    }

    /// The slab that packets are opened into. Nothing outside the place that [#room] gave may be written.
    public MemorySegment memory() {
        return memory;
    }

    /// Makes room for a packet and gives its place, an offset in [#memory]. A packet that was made room for and not
    /// accepted is forgotten.
    ///
    /// @param maxPacketBytes bytes that may be written there, padding included
    /// @throws IllegalArgumentException when that is more than the longest packet and its padding
    public long room(int maxPacketBytes) {
        if (maxPacketBytes < 0 || maxPacketBytes > Limits.MAX_IP_BYTES + Limits.PADDING_BYTES) {
            throw new IllegalArgumentException("no packet has " + maxPacketBytes + " bytes");
        }
        restoreOverlay();
        roomBytes = maxPacketBytes;
        if (latest == null) {
            at = free[freeCount - 1].packet;
        } else {
            at = latest.end() - latest.headerBytes;
            overlayBytes = VirtioHeader.BYTES + latest.headerBytes;
            MemorySegment.copy(memory, at - VirtioHeader.BYTES, kept, 0, overlayBytes);
        }
        return at;
    }

    /// Takes the packet at the place that [#room] gave last: `packetBytes` bytes, padding left out.
    ///
    /// @throws IllegalArgumentException when that is more than room was made for, or none was
    public void accept(int packetBytes) {
        if (packetBytes <= 0 || packetBytes > roomBytes) {
            throw new IllegalArgumentException("no room was made for " + packetBytes + " bytes");
        }
        roomBytes = 0;
        arrived.read(memory, at, packetBytes);
        MergeRun run = openRun(arrived.flow);
        if (run != null && run == latest && run.continues(arrived, at)) {
            restoreOverlay();
            extend(run);
        } else if (!arrived.mergeable && !arrived.opaque && (run == null || run != latest)) {
            passThrough(run, packetBytes);
        } else {
            place(run, packetBytes);
        }
    }

    /// Hands on every open run, the oldest first.
    public void flush() {
        restoreOverlay();
        roomBytes = 0;
        while (openCount > 0) {
            emit(open[0]);
        }
    }

    private void restoreOverlay() {
        if (overlayBytes != 0) {
            MemorySegment.copy(kept, 0, memory, at - VirtioHeader.BYTES, overlayBytes);
            overlayBytes = 0;
        }
    }

    private @Nullable MergeRun openRun(long flow) {
        if (flow != ArrivedPacket.NO_FLOW) {
            for (int i = 0; i < openCount; i++) {
                if (open[i].flow == flow) {
                    return open[i];
                }
            }
        }
        return null;
    }

    private void extend(MergeRun run) {
        run.extend(arrived);
        latest = run;
        if (run.endsWith(arrived)) {
            emit(run);
        }
    }

    /// Hands on a packet that is never merged, from where it lies, behind the run of its flow. The run that it lies
    /// over is another one and stays open.
    private void passThrough(@Nullable MergeRun run, int packetBytes) {
        if (run != null) {
            emit(run);
        }
        emitPlain(at - VirtioHeader.BYTES, packetBytes);
        restoreOverlay();
    }

    /// Moves a packet for which [#room] guessed wrong to where it belongs: behind another run, or to a region of its
    /// own.
    private void place(@Nullable MergeRun run, int packetBytes) {
        if (run != null && run.continues(arrived, at)) {
            MemorySegment.copy(memory, at + arrived.headerBytes, memory, run.end(), arrived.payloadBytes);
            restoreOverlay();
            extend(run);
            return;
        }
        MergeRun fresh = free[--freeCount];
        if (overlayBytes != 0) {
            MemorySegment.copy(memory, at, memory, fresh.packet, packetBytes);
            restoreOverlay();
        }
        if (arrived.opaque) {
            flush();
        } else if (run != null) {
            emit(run);
        }
        if (arrived.mergeable) {
            start(fresh);
        } else {
            emitPlain(fresh.frame, packetBytes);
            free[freeCount++] = fresh;
        }
    }

    private void start(MergeRun fresh) {
        if (openCount == open.length) {
            emit(open[0]);
        }
        fresh.start(arrived);
        open[openCount++] = fresh;
        latest = fresh;
        if (fresh.endsWith(arrived)) {
            emit(fresh);
        }
    }

    private void emitPlain(long frame, int packetBytes) {
        VirtioHeader.writePlain(memory, frame);
        sink.frame(memory, frame, VirtioHeader.BYTES + packetBytes);
    }

    private void emit(MergeRun run) {
        int left = 0;
        for (int i = 0; i < openCount; i++) {
            if (open[i] != run) {
                open[left++] = open[i];
            }
        }
        openCount = left;
        free[freeCount++] = run;
        if (run == latest) {
            latest = null;
        }
        sink.frame(memory, run.frame, run.close());
    }
}
