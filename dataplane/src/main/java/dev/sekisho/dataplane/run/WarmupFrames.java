package dev.sekisho.dataplane.run;

import dev.sekisho.dataplane.wire.Checksum;
import dev.sekisho.tun.TunQueue;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// The frames of a warm-up: a TCP super-packet of 60 KiB, a bare acknowledgement, and a small UDP packet, between two
/// documentation
/// addresses. The engine consumes a frame, so each is written anew.
final class WarmupFrames {
    /// What the left side owns.
    static final String LEFT_BLOCK = "198.51.100.1/32";

    /// What the right side owns.
    static final String RIGHT_BLOCK = "198.51.100.2/32";

    /// Small packets per round.
    static final int SMALL_PER_ROUND = 16;

    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final int LEFT_ADDRESS = 0xc633_6401;
    private static final int RIGHT_ADDRESS = 0xc633_6402;
    private static final int BULK_BYTES = 44 * 1360;
    private static final int SEGMENT_BYTES = 1360;
    private static final int SMALL_BYTES = 64;
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int LEFT_PORT = 5001;
    private static final int RIGHT_PORT = 5002;
    private static final int SYN = 0x02;
    private static final int ACK = 0x10;

    private final MemorySegment memory = Arena.ofAuto().allocate(TunQueue.MAX_FRAME_BYTES + 64, 64);

    MemorySegment memory() {
        return memory;
    }

    /// Writes the super-packet of a round and returns its length with the virtio header.
    int bulk(boolean fromLeft, int round) {
        header(fromLeft, 40 + BULK_BYTES, TCP);
        tcp(fromLeft, round * BULK_BYTES, round, ACK);
        memory.set(ValueLayout.JAVA_BYTE, 0, (byte) 1); // checksum to be completed
        memory.set(ValueLayout.JAVA_BYTE, 1, (byte) 1); // TCP over IPv4
        memory.set(ValueLayout.JAVA_SHORT_UNALIGNED, 2, (short) 40);
        memory.set(ValueLayout.JAVA_SHORT_UNALIGNED, 4, (short) SEGMENT_BYTES);
        memory.set(ValueLayout.JAVA_SHORT_UNALIGNED, 6, (short) 20);
        memory.set(ValueLayout.JAVA_SHORT_UNALIGNED, 8, (short) 16);
        return TunQueue.HEADER_BYTES + 40 + BULK_BYTES;
    }

    /// Writes a TCP packet without payload.
    int acknowledgement(boolean fromLeft, int round) {
        header(fromLeft, 40, TCP);
        tcp(fromLeft, round, round * BULK_BYTES, ACK);
        return TunQueue.HEADER_BYTES + 40;
    }

    /// Writes the SYN by which the left side opens the connection of the other TCP frames.
    int opening() {
        header(true, 40, TCP);
        tcp(true, -1, 0, SYN);
        return TunQueue.HEADER_BYTES + 40;
    }

    /// Writes a small UDP packet, without a UDP checksum as IPv4 allows.
    int small(boolean fromLeft, int round) {
        header(fromLeft, 28 + SMALL_BYTES, UDP);
        int udp = TunQueue.HEADER_BYTES + 20;
        memory.set(SHORT, udp, (short) (fromLeft ? LEFT_PORT : RIGHT_PORT));
        memory.set(SHORT, udp + 2, (short) (fromLeft ? RIGHT_PORT : LEFT_PORT));
        memory.set(SHORT, udp + 4, (short) (8 + SMALL_BYTES));
        memory.set(SHORT, udp + 6, (short) 0);
        memory.set(INT, udp + 8, round);
        return TunQueue.HEADER_BYTES + 28 + SMALL_BYTES;
    }

    private void header(boolean fromLeft, int packetBytes, int protocol) {
        memory.asSlice(0, TunQueue.HEADER_BYTES).fill((byte) 0);
        int ip = TunQueue.HEADER_BYTES;
        memory.set(SHORT, ip, (short) 0x4500);
        memory.set(SHORT, ip + 2, (short) packetBytes);
        memory.set(INT, ip + 4, 0x0000_4000); // do not fragment
        memory.set(SHORT, ip + 8, (short) (64 << 8 | protocol));
        memory.set(SHORT, ip + 10, (short) 0);
        memory.set(INT, ip + 12, fromLeft ? LEFT_ADDRESS : RIGHT_ADDRESS);
        memory.set(INT, ip + 16, fromLeft ? RIGHT_ADDRESS : LEFT_ADDRESS);
        Checksum.store(memory, ip + 10, Checksum.complement(Checksum.sum(memory, ip, 20)));
    }

    private void tcp(boolean fromLeft, int sequence, int acknowledged, int flags) {
        int tcp = TunQueue.HEADER_BYTES + 20;
        memory.set(INT, tcp, fromLeft ? LEFT_PORT << 16 | RIGHT_PORT : RIGHT_PORT << 16 | LEFT_PORT);
        memory.set(INT, tcp + 4, sequence);
        memory.set(INT, tcp + 8, acknowledged);
        memory.set(INT, tcp + 12, 0x5000_ffff | flags << 16); // 20 bytes, full window
        memory.set(INT, tcp + 16, 0);
    }
}
