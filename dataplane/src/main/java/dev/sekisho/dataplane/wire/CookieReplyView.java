package dev.sekisho.dataplane.wire;

import static dev.sekisho.dataplane.wire.MessageType.LITTLE_INT;

import java.lang.foreign.MemorySegment;

/// Cookie reply, 64 bytes: a server under load asks for proof of the source address.
///
/// ```
///  0        4                8                32
/// +--------+----------------+----------------+
/// | 3 000  | receiver index | nonce (24)     |
/// +--------+----------------+----------------+  32
/// | cookie, sealed (16 + 16)                 |
/// +------------------------------------------+  64
/// ```
/// Source: WireGuard paper section 5.4.7.
public final class CookieReplyView {
    /// Type 3 and three reserved zero bytes.
    public static final int TYPE_WORD = 3;

    /// Length of the message.
    public static final int BYTES = 64;

    /// Offset of the sender index of the message that this answers (4 bytes).
    public static final int RECEIVER = 4;

    /// Offset of the XChaCha20-Poly1305 nonce (24 bytes).
    public static final int NONCE = 8;

    /// Length of the nonce.
    public static final int NONCE_BYTES = 24;

    /// Offset of the sealed cookie (32 bytes).
    public static final int COOKIE = 32;

    /// Length of the sealed cookie.
    public static final int COOKIE_BYTES = 32;

    private CookieReplyView() {}

    /// Sender index of the message that this answers.
    public static int receiverIndex(MemorySegment message, long offset) {
        return message.get(LITTLE_INT, offset + RECEIVER);
    }

    /// Writes type and receiver index.
    public static void writeHeader(MemorySegment message, long offset, int receiverIndex) {
        message.set(LITTLE_INT, offset, TYPE_WORD);
        message.set(LITTLE_INT, offset + RECEIVER, receiverIndex);
    }
}
