package dev.sekisho.tun.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Builds and reads rtnetlink messages: a header of 16 bytes, a fixed part, attributes aligned to 4 bytes.
/// Integers in native byte order. Owner: one thread.
///
/// Source: netlink(7), rtnetlink(7), `include/uapi/linux/netlink.h`.
final class NetlinkMessage {
    static final int HEADER_BYTES = 16;
    static final int ERROR = 2;
    static final int DONE = 3;
    static final int ATTRIBUTE_HEADER_BYTES = 4;

    static final int REQUEST = 0x1;
    static final int ACK = 0x4;
    static final int EXCLUSIVE = 0x200;
    static final int CREATE = 0x400;

    private static final int MAX_BYTES = 512;
    private static final int TYPE_MASK = 0x3fff;

    private final ByteBuffer buffer = ByteBuffer.allocate(MAX_BYTES).order(ByteOrder.nativeOrder());

    /// @param type what to do, one of the `RTM_` numbers
    /// @param flags besides `REQUEST` and `ACK`
    NetlinkMessage(int type, int flags, int sequence) {
        buffer.putInt(0).putShort((short) type).putShort((short) (flags | REQUEST | ACK));
        buffer.putInt(sequence).putInt(0);
    }

    NetlinkMessage u8(int... values) {
        for (int value : values) {
            buffer.put((byte) value);
        }
        return this;
    }

    NetlinkMessage u16(int value) {
        buffer.putShort((short) value);
        return this;
    }

    NetlinkMessage u32(int value) {
        buffer.putInt(value);
        return this;
    }

    NetlinkMessage attribute(int type, byte[] value) {
        buffer.putShort((short) (ATTRIBUTE_HEADER_BYTES + value.length))
                .putShort((short) type)
                .put(value);
        buffer.position(aligned(buffer.position()));
        return this;
    }

    NetlinkMessage attribute(int type, int value) {
        buffer.putShort((short) (ATTRIBUTE_HEADER_BYTES + Integer.BYTES))
                .putShort((short) type)
                .putInt(value);
        return this;
    }

    NetlinkMessage attribute(int type, String value) {
        return attribute(type, (value + '\0').getBytes(StandardCharsets.US_ASCII));
    }

    /// The finished message.
    byte[] bytes() {
        buffer.putInt(0, buffer.position());
        byte[] bytes = new byte[buffer.position()];
        buffer.get(0, bytes);
        return bytes;
    }

    static int aligned(int bytes) {
        return (bytes + 3) & -4;
    }

    /// The value of an attribute as a slice in native byte order, null when there is none.
    ///
    /// @param message holds attributes from `offset` to its limit
    static @Nullable ByteBuffer find(ByteBuffer message, int offset, int type) {
        int at = offset;
        while (at + ATTRIBUTE_HEADER_BYTES <= message.limit()) {
            int length = message.getShort(at) & 0xffff;
            if (length < ATTRIBUTE_HEADER_BYTES || at + length > message.limit()) {
                return null;
            }
            if ((message.getShort(at + 2) & TYPE_MASK) == type) {
                return message.slice(at + ATTRIBUTE_HEADER_BYTES, length - ATTRIBUTE_HEADER_BYTES)
                        .order(message.order());
            }
            at += aligned(length);
        }
        return null;
    }
}
