package dev.sekisho.dataplane.wire;

import static dev.sekisho.dataplane.wire.MessageType.LITTLE_INT;
import static dev.sekisho.dataplane.wire.MessageType.LITTLE_LONG;

import java.lang.foreign.MemorySegment;

/// Transport data, 16 + n + 16 bytes, n >= 0. A message with n = 0 is a keepalive.
///
/// ```
///  0        4                8              16
/// +--------+----------------+--------------+
/// | 4 000  | receiver index | counter (8)  |
/// +--------+----------------+--------------+  16
/// | IP packet, zero padded, sealed (n)     |
/// +----------------------------------------+  16 + n
/// | tag (16)                               |
/// +----------------------------------------+  32 + n
/// ```
/// n is usually a multiple of 16, but a sender may stop padding at its MTU, so other lengths are valid too.
/// Source: WireGuard paper section 5.4.6.
public final class TransportView {
    /// Type 4 and three reserved zero bytes.
    public static final int TYPE_WORD = 4;

    /// Offset of the receiver's index (4 bytes).
    public static final int RECEIVER = 4;

    /// Offset of the counter (8 bytes).
    public static final int COUNTER = 8;

    /// Offset of the sealed packet.
    public static final int PACKET = 16;

    /// Length of the tag behind the packet.
    public static final int TAG_BYTES = 16;

    /// What a message is longer than the packet that it carries.
    public static final int OVERHEAD_BYTES = PACKET + TAG_BYTES;

    /// Length of a keepalive, the shortest message.
    public static final int MINIMUM_BYTES = OVERHEAD_BYTES;

    private TransportView() {}

    /// Index of the receiver's key pair.
    public static int receiverIndex(MemorySegment message, long offset) {
        return message.get(LITTLE_INT, offset + RECEIVER);
    }

    /// Counter that the packet is sealed with, an unsigned long.
    public static long counter(MemorySegment message, long offset) {
        return message.get(LITTLE_LONG, offset + COUNTER);
    }

    /// Length of the packet (with padding, without tag) in a message of `lengthBytes`.
    public static int packetBytes(int lengthBytes) {
        return lengthBytes - OVERHEAD_BYTES;
    }

    /// Writes type, receiver index and counter.
    public static void writeHeader(MemorySegment message, long offset, int receiverIndex, long counter) {
        message.set(LITTLE_INT, offset, TYPE_WORD);
        message.set(LITTLE_INT, offset + RECEIVER, receiverIndex);
        message.set(LITTLE_LONG, offset + COUNTER, counter);
    }
}
