package dev.sekisho.dataplane.engine;

import dev.sekisho.dataplane.Limits;
import dev.sekisho.dataplane.wire.IcmpErrors;
import dev.sekisho.dataplane.wire.IcmpView;
import dev.sekisho.dataplane.wire.Ip4View;
import dev.sekisho.dataplane.wire.Ip6View;
import dev.sekisho.dataplane.wire.VirtioHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Tells local senders at once that nobody is behind an address, by an ICMP error into the TUN. Owner: the
/// engine's thread.
///
/// The error claims to come from the address that cannot be reached: the engine knows no address of its own,
/// and that one is routed to this interface for certain, so that reverse-path filters let it pass. At most
/// [Limits#UNREACHABLES_PER_SECOND]. Source: RFC 792, RFC 1122 section 3.2.2, RFC 1812 section 4.3.2, RFC 4443
/// section 2.4.
final class Unreachables {
    private static final long PAUSE_NANOS = 1_000_000_000L / Limits.UNREACHABLES_PER_SECOND;
    private static final long CREDIT_NANOS = PAUSE_NANOS * (Limits.UNREACHABLES_BURST - 1);

    private static final int NETWORK_V4 = 0;
    private static final int HOST_V4 = 1;
    private static final int NO_ROUTE_V6 = 0;
    private static final int ADDRESS_V6 = 3;

    private final Egress egress;
    private final MemorySegment frame;
    private boolean used;
    private long earnedNanos;

    Unreachables(Arena arena, Egress egress) {
        this.egress = egress;
        this.frame = arena.allocate(VirtioHeader.BYTES + IcmpErrors.LARGEST_BYTES, Long.BYTES);
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
        int bytes = v4
                ? IcmpErrors.unreachable4(frame, VirtioHeader.BYTES, hasPeer ? HOST_V4 : NETWORK_V4, memory, packet)
                : IcmpErrors.unreachable6(
                        frame, VirtioHeader.BYTES, hasPeer ? ADDRESS_V6 : NO_ROUTE_V6, memory, packet);
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
}
