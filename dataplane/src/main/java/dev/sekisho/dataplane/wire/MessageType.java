package dev.sekisho.dataplane.wire;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// The four messages of WireGuard, told apart by type word and length together.
///
/// The type word is the first four bytes as a little-endian integer: the type and three reserved zero bytes.
/// A known type with another length, or with a reserved byte that is not zero, is [#MALFORMED], so a parser
/// never meets a wrong length. Source: WireGuard paper section 5.4.
public enum MessageType {
    /// First message of a handshake, see [InitiationView].
    INITIATION,
    /// Second message of a handshake, see [ResponseView].
    RESPONSE,
    /// "Come back with this cookie", see [CookieReplyView].
    COOKIE_REPLY,
    /// A sealed packet, see [TransportView].
    TRANSPORT,
    /// Anything else.
    MALFORMED;

    /// Little-endian 32-bit integer at any alignment.
    static final ValueLayout.OfInt LITTLE_INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /// Little-endian 64-bit integer at any alignment.
    static final ValueLayout.OfLong LITTLE_LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /// Bytes of the type word.
    public static final int WORD_BYTES = 4;

    /// The type of the message of `lengthBytes` at `offset`. Reads at most the type word.
    public static MessageType of(MemorySegment message, long offset, int lengthBytes) {
        return lengthBytes < WORD_BYTES ? MALFORMED : of(message.get(LITTLE_INT, offset), lengthBytes);
    }

    /// The type of a message whose first four bytes, little-endian, are `typeWord`.
    public static MessageType of(int typeWord, int lengthBytes) {
        return switch (typeWord) {
            case TransportView.TYPE_WORD -> lengthBytes >= TransportView.MINIMUM_BYTES ? TRANSPORT : MALFORMED;
            case InitiationView.TYPE_WORD -> lengthBytes == InitiationView.BYTES ? INITIATION : MALFORMED;
            case ResponseView.TYPE_WORD -> lengthBytes == ResponseView.BYTES ? RESPONSE : MALFORMED;
            case CookieReplyView.TYPE_WORD -> lengthBytes == CookieReplyView.BYTES ? COOKIE_REPLY : MALFORMED;
            default -> MALFORMED;
        };
    }
}
