package dev.sekisho.dataplane.wire;

import static dev.sekisho.dataplane.wire.MessageType.LITTLE_INT;

import java.lang.foreign.MemorySegment;

/// Handshake response, 92 bytes.
///
/// ```
///  0        4              8                12
/// +--------+--------------+----------------+
/// | 2 000  | sender index | receiver index |
/// +--------+--------------+----------------+  12
/// | ephemeral (32)                         |
/// +----------------------------------------+  44
/// | nothing, sealed (0 + 16)               |
/// +-------------------+--------------------+  60
/// | mac1 (16)         | mac2 (16)          |
/// +-------------------+--------------------+  92
/// ```
/// Source: WireGuard paper section 5.4.3.
public final class ResponseView {
    /// Type 2 and three reserved zero bytes.
    public static final int TYPE_WORD = 2;

    /// Length of the message.
    public static final int BYTES = 92;

    /// Offset of the sender's index (4 bytes).
    public static final int SENDER = 4;

    /// Offset of the index of the initiation that this answers (4 bytes).
    public static final int RECEIVER = 8;

    /// Offset of the sender's ephemeral public key (32 bytes).
    public static final int EPHEMERAL = 12;

    /// Offset of the sealed empty payload: a bare tag (16 bytes).
    public static final int EMPTY = 44;

    /// Length of the sealed empty payload.
    public static final int EMPTY_BYTES = 16;

    /// Offset of mac1 (16 bytes); it covers everything before it.
    public static final int MAC1 = 60;

    /// Offset of mac2 (16 bytes); it covers everything before it.
    public static final int MAC2 = 76;

    private ResponseView() {}

    /// Index by which the sender wants to be addressed.
    public static int senderIndex(MemorySegment message, long offset) {
        return message.get(LITTLE_INT, offset + SENDER);
    }

    /// Index of the initiation that this answers.
    public static int receiverIndex(MemorySegment message, long offset) {
        return message.get(LITTLE_INT, offset + RECEIVER);
    }

    /// Writes type and both indices.
    public static void writeHeader(MemorySegment message, long offset, int senderIndex, int receiverIndex) {
        message.set(LITTLE_INT, offset, TYPE_WORD);
        message.set(LITTLE_INT, offset + SENDER, senderIndex);
        message.set(LITTLE_INT, offset + RECEIVER, receiverIndex);
    }
}
