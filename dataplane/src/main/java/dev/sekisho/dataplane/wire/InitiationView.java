package dev.sekisho.dataplane.wire;

import static dev.sekisho.dataplane.wire.MessageType.LITTLE_INT;

import java.lang.foreign.MemorySegment;

/// Handshake initiation, 148 bytes.
///
/// ```
///  0        4              8                         40
/// +--------+--------------+-------------------------+
/// | 1 000  | sender index | ephemeral (32)          |
/// +--------+--------------+-------------------------+  40
/// | static key, sealed (32 + 16)                    |
/// +-------------------------------------------------+  88
/// | TAI64N timestamp, sealed (12 + 16)              |
/// +------------------------+------------------------+ 116
/// | mac1 (16)              | mac2 (16)              |
/// +------------------------+------------------------+ 148
/// ```
/// Source: WireGuard paper section 5.4.2.
public final class InitiationView {
    /// Type 1 and three reserved zero bytes.
    public static final int TYPE_WORD = 1;

    /// Length of the message.
    public static final int BYTES = 148;

    /// Offset of the sender's index (4 bytes).
    public static final int SENDER = 4;

    /// Offset of the sender's ephemeral public key (32 bytes).
    public static final int EPHEMERAL = 8;

    /// Offset of the sealed static public key (48 bytes).
    public static final int STATIC = 40;

    /// Length of the sealed static public key.
    public static final int STATIC_BYTES = 48;

    /// Offset of the sealed timestamp (28 bytes).
    public static final int TIMESTAMP = 88;

    /// Length of the sealed timestamp.
    public static final int TIMESTAMP_BYTES = 28;

    /// Offset of mac1 (16 bytes); it covers everything before it.
    public static final int MAC1 = 116;

    /// Offset of mac2 (16 bytes); it covers everything before it.
    public static final int MAC2 = 132;

    private InitiationView() {}

    /// Index by which the sender wants to be addressed.
    public static int senderIndex(MemorySegment message, long offset) {
        return message.get(LITTLE_INT, offset + SENDER);
    }

    /// Writes type and sender index.
    public static void writeHeader(MemorySegment message, long offset, int senderIndex) {
        message.set(LITTLE_INT, offset, TYPE_WORD);
        message.set(LITTLE_INT, offset + SENDER, senderIndex);
    }
}
