package dev.sekisho.tun.memory;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/// 16 address bytes, big-endian, in two longs; IPv4 mapped.
record Address(long high, long low) {
    private static final long V4_MAPPED = 0x0000_ffff_0000_0000L;

    static Address of(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return bytes.remaining() == Integer.BYTES
                ? new Address(0, V4_MAPPED | Integer.toUnsignedLong(bytes.getInt()))
                : new Address(bytes.getLong(), bytes.getLong());
    }

    boolean isV4() {
        return high == 0 && (low & 0xffff_ffff_0000_0000L) == V4_MAPPED;
    }

    @Override
    public String toString() {
        byte[] bytes = isV4()
                ? ByteBuffer.allocate(4).putInt((int) low).array()
                : ByteBuffer.allocate(16).putLong(high).putLong(low).array();
        try {
            return InetAddress.getByAddress(bytes).getHostAddress();
        } catch (UnknownHostException e) {
            throw new AssertionError("4 and 16 bytes are address lengths", e);
        }
    }
}
