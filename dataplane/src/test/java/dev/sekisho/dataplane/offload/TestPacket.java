package dev.sekisho.dataplane.offload;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Builds IP packets as byte arrays with correct lengths and checksums, slowly and by the book. Mutable, fluent.
final class TestPacket {
    static final int FIN = 1;
    static final int SYN = 2;
    static final int PSH = 8;
    static final int ACK = 16;
    static final int URG = 32;
    static final int ECE = 64;
    static final int CWR = 128;

    boolean v6;
    int protocol = 6;
    int client = 1;
    int server = 2;
    int sourcePort = 40_000;
    int destinationPort = 443;
    int trafficClass;
    int flowLabel = 0x12345;
    int hops = 64;
    boolean dontFragment = true;
    boolean moreFragments;
    int fragmentOffset;
    int identification = 100;
    int sequence = 1000;
    int acknowledgment = 5000;
    int flags = ACK;
    int reserved;
    int window = 512;
    int urgent;
    boolean udpChecksum = true;
    byte[] ipOptions = {};
    byte[] extensions = {};
    int firstExtension;
    byte[] tcpOptions = {};
    byte[] payload = {};

    static TestPacket tcp4() {
        return new TestPacket();
    }

    static TestPacket tcp6() {
        TestPacket packet = new TestPacket();
        packet.v6 = true;
        return packet;
    }

    static TestPacket udp(boolean v6) {
        TestPacket packet = new TestPacket();
        packet.v6 = v6;
        packet.protocol = 17;
        return packet;
    }

    TestPacket payload(int lengthBytes) {
        payload = new byte[lengthBytes];
        for (int i = 0; i < lengthBytes; i++) {
            payload[i] = (byte) (31 * (sequence + i));
        }
        return this;
    }

    TestPacket flags(int value) {
        flags = value;
        return this;
    }

    /// Goes on to the packet behind this one: sequence and identification advance.
    TestPacket following(int lengthBytes) {
        sequence += payload.length;
        identification = identification + 1 & 0xffff;
        return payload(lengthBytes);
    }

    int headerBytes() {
        return ipHeaderBytes() + (protocol == 6 ? 20 + tcpOptions.length : protocol == 17 ? 8 : 0);
    }

    int ipHeaderBytes() {
        return v6 ? 40 + extensions.length : 20 + ipOptions.length;
    }

    byte[] build() {
        ByteBuffer packet = ByteBuffer.allocate(headerBytes() + payload.length);
        if (v6) {
            putIp6(packet);
        } else {
            putIp4(packet);
        }
        switch (protocol) {
            case 6 -> putTcp(packet);
            case 17 -> putUdp(packet);
            default -> {}
        }
        packet.put(payload);
        byte[] bytes = packet.array();
        if (!v6) {
            ByteBuffer.wrap(bytes).putShort(10, (short) internetChecksum(bytes, 0, ipHeaderBytes(), 0));
        }
        if (protocol == 6 || (protocol == 17 && udpChecksum)) {
            fillTransportChecksum(bytes, ipHeaderBytes(), protocol);
        }
        return bytes;
    }

    private void putIp4(ByteBuffer packet) {
        packet.put((byte) (0x40 | (5 + ipOptions.length / 4))).put((byte) trafficClass);
        packet.putShort((short) packet.capacity()).putShort((short) identification);
        packet.putShort((short) ((dontFragment ? 0x4000 : 0) | (moreFragments ? 0x2000 : 0) | fragmentOffset));
        packet.put((byte) hops).put((byte) protocol).putShort((short) 0);
        packet.putInt(0x0a000000 | client).putInt(0x0a010000 | server).put(ipOptions);
    }

    private void putIp6(ByteBuffer packet) {
        packet.putInt(0x6000_0000 | trafficClass << 20 | flowLabel).putShort((short) (packet.capacity() - 40));
        packet.put((byte) (extensions.length == 0 ? protocol : firstExtension)).put((byte) hops);
        packet.putLong(0xfd00_0000_0000_0001L).putLong(client);
        packet.putLong(0xfd00_0000_0000_0002L).putLong(server).put(extensions);
    }

    private void putTcp(ByteBuffer packet) {
        packet.putShort((short) sourcePort).putShort((short) destinationPort);
        packet.putInt(sequence).putInt(acknowledgment);
        packet.put((byte) ((5 + tcpOptions.length / 4) << 4 | reserved)).put((byte) flags);
        packet.putShort((short) window)
                .putShort((short) 0)
                .putShort((short) urgent)
                .put(tcpOptions);
    }

    private void putUdp(ByteBuffer packet) {
        packet.putShort((short) sourcePort).putShort((short) destinationPort);
        packet.putShort((short) (8 + payload.length)).putShort((short) 0);
    }

    /// Computes the TCP or UDP checksum of a packet from nothing.
    static void fillTransportChecksum(byte[] packet, int transport, int protocol) {
        int at = transport + (protocol == 6 ? 16 : 6);
        ByteBuffer bytes = ByteBuffer.wrap(packet);
        bytes.putShort(at, (short) 0);
        long pseudo = pseudoHeader(packet, transport, protocol);
        int checksum = internetChecksum(packet, transport, packet.length - transport, pseudo);
        bytes.putShort(at, (short) (protocol == 17 && checksum == 0 ? 0xffff : checksum));
    }

    /// Sum of the pseudo-header, not folded.
    static long pseudoHeader(byte[] packet, int transport, int protocol) {
        boolean v6 = packet[0] >>> 4 == 6;
        return words(packet, v6 ? 8 : 12, v6 ? 32 : 8) + protocol + (packet.length - transport);
    }

    /// RFC 1071, one 16-bit word at a time.
    static int internetChecksum(byte[] bytes, int offset, int lengthBytes, long initial) {
        return ~fold(initial + words(bytes, offset, lengthBytes)) & 0xffff;
    }

    static int fold(long sum) {
        long folded = sum;
        while (folded > 0xffff) {
            folded = (folded & 0xffff) + (folded >>> 16);
        }
        return (int) folded;
    }

    static long words(byte[] bytes, int offset, int lengthBytes) {
        long sum = 0;
        for (int i = 0; i < lengthBytes; i++) {
            sum += (long) (bytes[offset + i] & 0xff) << (i % 2 == 0 ? 8 : 0);
        }
        return sum;
    }

    /// A plain frame: zero virtio header and the packet.
    static byte[] plainFrame(byte[] packet) {
        byte[] frame = new byte[10 + packet.length];
        System.arraycopy(packet, 0, frame, 10, packet.length);
        return frame;
    }

    /// The super-packet frame of this packet, its checksum partial as the kernel leaves it.
    byte[] superFrame(int segmentBytes) {
        byte[] packet = build();
        int transport = ipHeaderBytes();
        int checksumOffset = protocol == 6 ? 16 : 6;
        int pseudo = fold(pseudoHeader(packet, transport, protocol));
        ByteBuffer.wrap(packet).putShort(transport + checksumOffset, (short) pseudo);
        byte[] frame = plainFrame(packet);
        int type = protocol == 17 ? 5 : v6 ? 4 : 1;
        virtio(frame, 1, type, headerBytes(), segmentBytes, transport, checksumOffset);
        return frame;
    }

    static void virtio(byte[] frame, int flags, int type, int... fields) {
        ByteBuffer header = ByteBuffer.wrap(frame).order(ByteOrder.nativeOrder());
        header.put((byte) flags).put((byte) type);
        for (int field : fields) {
            header.putShort((short) field);
        }
    }
}
