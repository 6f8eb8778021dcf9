package dev.sekisho.dataplane.engine;

import dev.sekisho.dataplane.Limits;
import dev.sekisho.dataplane.wire.Checksum;
import dev.sekisho.dataplane.wire.IcmpView;
import dev.sekisho.dataplane.wire.Ip4View;
import dev.sekisho.dataplane.wire.Ip6View;
import dev.sekisho.dataplane.wire.VirtioHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Tells local senders at once that nobody is behind an address, by an ICMP error into the TUN. Owner: the
/// engine's thread.
///
/// The error claims to come from the address that cannot be reached: the engine knows no address of its own,
/// and that one is routed to this interface for certain, so that reverse-path filters let it pass. At most
/// [Limits#UNREACHABLES_PER_SECOND]. Source: RFC 792, RFC 1122 section 3.2.2, RFC 1812 section 4.3.2, RFC 4443
/// section 2.4.
final class Unreachables {
    private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private static final long PAUSE_NANOS = 1_000_000_000L / Limits.UNREACHABLES_PER_SECOND;
    private static final long CREDIT_NANOS = PAUSE_NANOS * (Limits.UNREACHABLES_BURST - 1);

    /// RFC 1812: an error quotes as much as fits into 576 bytes.
    private static final int LARGEST_V4 = 576;

    /// RFC 4443: an error quotes as much as fits into the smallest MTU.
    private static final int LARGEST_V6 = 1280;

    private static final int TYPE_V4 = 3;
    private static final int TYPE_V6 = 1;
    private static final int HOPS = 64;

    private final Egress egress;
    private final MemorySegment frame;
    private boolean used;
    private long earnedNanos;

    Unreachables(Arena arena, Egress egress) {
        this.egress = egress;
        this.frame = arena.allocate(VirtioHeader.BYTES + LARGEST_V6, Long.BYTES);
    }

    /// Answers the IP packet at `packet`, whose header and length were checked, unless it is one that must not
    /// be answered.
    ///
    /// @param hasPeer whether somebody owns the address but nobody knows where they are
    void answer(long nowNanos, MemorySegment memory, long packet, boolean hasPeer) {
        boolean v4 = Ip4View.firstByte(memory, packet) >>> 4 == 4;
        boolean wanted = v4 ? mayAnswer4(memory, packet) : mayAnswer6(memory, packet);
        if (!wanted || !earn(nowNanos)) {
            return;
        }
        VirtioHeader.writePlain(frame, 0);
        int bytes = v4 ? write4(memory, packet, hasPeer) : write6(memory, packet, hasPeer);
        egress.toTun(frame, 0, VirtioHeader.BYTES + bytes);
    }

    /// Takes one answer from the credit. `earnedNanos` is when the credit would be full again, less the credit.
    private boolean earn(long nowNanos) {
        if (!used || earnedNanos < nowNanos) {
            used = true;
            earnedNanos = nowNanos;
        }
        if (earnedNanos - nowNanos > CREDIT_NANOS) {
            return false;
        }
        earnedNanos += PAUSE_NANOS;
        return true;
    }

    private static boolean mayAnswer4(MemorySegment memory, long packet) {
        int source = Ip4View.source(memory, packet);
        int destination = Ip4View.destination(memory, packet);
        if (source == 0 || isGroup4(source) || isGroup4(destination)) {
            return false;
        }
        if ((Ip4View.fragmentField(memory, packet) & Ip4View.FRAGMENT_OFFSET) != 0) {
            return false;
        }
        int headerBytes = Ip4View.headerBytes(memory, packet);
        if (Ip4View.protocol(memory, packet) != IcmpView.PROTOCOL_V4) {
            return true;
        }
        if (!IcmpView.check(Ip4View.totalLength(memory, packet) - headerBytes)) {
            return false;
        }
        return switch (IcmpView.type(memory, packet + headerBytes)) {
            // Destination unreachable, source quench, redirect, time exceeded, parameter problem: no error for an
            // error.
            case 3, 4, 5, 11, 12 -> false;
            default -> true;
        };
    }

    private static boolean mayAnswer6(MemorySegment memory, long packet) {
        long sourceHigh = Ip6View.sourceHigh(memory, packet);
        boolean unspecified = sourceHigh == 0 && Ip6View.sourceLow(memory, packet) == 0;
        if (unspecified || isGroup6(sourceHigh) || isGroup6(Ip6View.destinationHigh(memory, packet))) {
            return false;
        }
        long transport = Ip6View.transport(memory, packet, Ip6View.totalLength(memory, packet));
        if (transport == Ip6View.NO_TRANSPORT) {
            return false;
        }
        if (Ip6View.protocolOf(transport) != IcmpView.PROTOCOL_V6) {
            return true;
        }
        int distance = Ip6View.distanceOf(transport);
        // Types below 128 are errors.
        return IcmpView.check(Ip6View.totalLength(memory, packet) - distance)
                && IcmpView.type(memory, packet + distance) >= 128;
    }

    /// Multicast, reserved and broadcast.
    private static boolean isGroup4(int address) {
        return address >>> 28 >= 0xe;
    }

    private static boolean isGroup6(long high) {
        return high >>> 56 == 0xff;
    }

    private int write4(MemorySegment memory, long packet, boolean hasPeer) {
        int room = LARGEST_V4 - Ip4View.HEADER_BYTES - IcmpView.HEADER_BYTES;
        int quoted = Math.min(Ip4View.totalLength(memory, packet), room);
        int bytes = Ip4View.HEADER_BYTES + IcmpView.HEADER_BYTES + quoted;
        long ip = VirtioHeader.BYTES;
        frame.set(U32, ip, 0x4500_0000 | bytes);
        frame.set(U32, ip + 4, Ip4View.DONT_FRAGMENT);
        frame.set(U32, ip + 8, HOPS << 24 | IcmpView.PROTOCOL_V4 << 16);
        frame.set(U32, ip + 12, Ip4View.destination(memory, packet));
        frame.set(U32, ip + 16, Ip4View.source(memory, packet));
        Ip4View.updateChecksum(frame, ip);
        long icmp = ip + Ip4View.HEADER_BYTES;
        writeError(icmp, TYPE_V4, hasPeer ? 1 : 0, memory, packet, quoted);
        finish(icmp, IcmpView.HEADER_BYTES + quoted, 0);
        return bytes;
    }

    private int write6(MemorySegment memory, long packet, boolean hasPeer) {
        int room = LARGEST_V6 - Ip6View.HEADER_BYTES - IcmpView.HEADER_BYTES;
        int quoted = Math.min(Ip6View.totalLength(memory, packet), room);
        int payload = IcmpView.HEADER_BYTES + quoted;
        long ip = VirtioHeader.BYTES;
        frame.set(U32, ip, 0x6000_0000);
        frame.set(U32, ip + 4, payload << 16 | IcmpView.PROTOCOL_V6 << 8 | HOPS);
        frame.set(U64, ip + 8, Ip6View.destinationHigh(memory, packet));
        frame.set(U64, ip + 16, Ip6View.destinationLow(memory, packet));
        frame.set(U64, ip + 24, Ip6View.sourceHigh(memory, packet));
        frame.set(U64, ip + 32, Ip6View.sourceLow(memory, packet));
        long icmp = ip + Ip6View.HEADER_BYTES;
        writeError(icmp, TYPE_V6, hasPeer ? 3 : 0, memory, packet, quoted);
        finish(icmp, payload, Checksum.pseudoHeader6(frame, ip, IcmpView.PROTOCOL_V6, payload));
        return Ip6View.HEADER_BYTES + payload;
    }

    private void writeError(long icmp, int type, int code, MemorySegment memory, long packet, int quoted) {
        frame.set(U16, icmp, (short) (type << 8 | code));
        frame.set(U16, icmp + IcmpView.CHECKSUM_OFFSET, (short) 0);
        frame.set(U32, icmp + 4, 0);
        MemorySegment.copy(memory, packet, frame, icmp + IcmpView.HEADER_BYTES, quoted);
    }

    private void finish(long icmp, int bytes, long pseudoHeader) {
        int checksum = Checksum.complement(pseudoHeader + Checksum.sum(frame, icmp, bytes));
        Checksum.store(frame, icmp + IcmpView.CHECKSUM_OFFSET, checksum);
    }
}
