package dev.sekisho.dataplane.sim;

import dev.sekisho.dataplane.wire.VirtioHeader;
import dev.sekisho.policy.Cidr;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;

/// Builds inner packets byte by byte, with checksums, independent of the views under test.
public final class InnerPackets {
    private static final int UDP = 17;

    private InnerPackets() {}

    /// An UDP datagram between two addresses of one family. The payload starts with `id` and follows from it.
    public static byte[] udp(String source, String destination, long id, int payloadBytes) {
        InetAddress from = Cidr.parseAddress(source);
        InetAddress to = Cidr.parseAddress(destination);
        byte[] payload = new byte[payloadBytes];
        new SplittableRandom(id).nextBytes(payload);
        ByteBuffer.wrap(payload).putLong(id);
        return ip(from.getAddress(), to.getAddress(), UDP, udp(from.getAddress(), to.getAddress(), payload));
    }

    /// An IP packet with any payload.
    public static byte[] ip(String source, String destination, int protocol, byte[] payload) {
        byte[] from = Cidr.parseAddress(source).getAddress();
        byte[] to = Cidr.parseAddress(destination).getAddress();
        return ip(from, to, protocol, payload);
    }

    /// The id in the payload of such a datagram, or -1.
    public static long id(byte[] packet) {
        int payload = packet[0] >>> 4 == 4 ? 28 : 48;
        return packet.length < payload + 8 ? -1 : ByteBuffer.wrap(packet).getLong(payload);
    }

    /// Writes a virtio header of zeros and the packet; returns the length of the frame.
    public static int writeFrame(MemorySegment memory, long offset, byte[] packet) {
        memory.asSlice(offset, VirtioHeader.BYTES).fill((byte) 0);
        MemorySegment.copy(packet, 0, memory, ValueLayout.JAVA_BYTE, offset + VirtioHeader.BYTES, packet.length);
        return VirtioHeader.BYTES + packet.length;
    }

    /// Ones-complement checksum of big-endian words, odd tails padded.
    public static int checksum(byte[]... parts) {
        long sum = 0;
        for (byte[] part : parts) {
            for (int i = 0; i < part.length; i++) {
                sum += (part[i] & 0xffL) << ((i & 1) == 0 ? 8 : 0);
            }
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return (int) ~sum & 0xffff;
    }

    private static byte[] udp(byte[] from, byte[] to, byte[] payload) {
        ByteBuffer udp = ByteBuffer.allocate(8 + payload.length);
        udp.putShort((short) 4000).putShort((short) 5000).putShort((short) udp.capacity());
        udp.putShort((short) 0).put(payload);
        int sum = checksum(from, to, new byte[] {0, UDP}, words(udp.capacity()), udp.array());
        udp.putShort(6, (short) (sum == 0 ? 0xffff : sum));
        return udp.array();
    }

    /// An IP packet between two addresses of 4 or 16 bytes.
    static byte[] ip(byte[] from, byte[] to, int protocol, byte[] payload) {
        ByteBuffer packet;
        if (from.length == 4) {
            packet = ByteBuffer.allocate(20 + payload.length);
            packet.putShort((short) 0x4500).putShort((short) packet.capacity()).putInt(0x4000);
            packet.put((byte) 64)
                    .put((byte) protocol)
                    .putShort((short) 0)
                    .put(from)
                    .put(to);
            writeHeaderChecksum(packet.array());
        } else {
            packet = ByteBuffer.allocate(40 + payload.length);
            packet.putInt(0x6000_0000).putShort((short) payload.length);
            packet.put((byte) protocol).put((byte) 64).put(from).put(to);
        }
        return packet.put(payload).array();
    }

    /// Makes the checksum of an IPv4 header right again after a change.
    static void writeHeaderChecksum(byte[] packet) {
        ByteBuffer header = ByteBuffer.wrap(packet, 0, 20).putShort(10, (short) 0);
        header.putShort(10, (short) checksum(Arrays.copyOf(packet, 20)));
    }

    private static byte[] words(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }
}
