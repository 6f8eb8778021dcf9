package dev.sekisho.control.enforce;

import java.nio.ByteBuffer;

/// First packets of TCP over IPv4. Source: RFC 791 section 3.1, RFC 9293 section 3.1.
final class TcpSyn {
    static final int CLIENT = 0x0a420002;

    /// Where addresses are.
    static final int SOURCE = 12;

    static final int DESTINATION = 16;
    private static final int FLAGS = 33;
    private static final int RESET = 4;

    private TcpSyn() {}

    /// A SYN to port 443.
    static byte[] of(int source, int destination, int sourcePort, int identification) {
        ByteBuffer packet = ByteBuffer.allocate(40);
        packet.putShort((short) 0x4500).putShort((short) 40).putShort((short) identification);
        packet.putShort((short) 0).putShort((short) 0x4006);
        packet.putShort((short) 0).putInt(source).putInt(destination);
        packet.putShort((short) sourcePort).putShort((short) 443).putInt(1000).putInt(0);
        packet.putShort((short) 0x5002).putShort((short) 65_535).putInt(0);
        packet.putShort(10, checksum(packet, 0, 20, 0));
        int pseudo = (source >>> 16) + (source & 0xffff) + (destination >>> 16) + (destination & 0xffff) + 6 + 20;
        packet.putShort(36, checksum(packet, 20, 40, pseudo));
        return packet.array();
    }

    private static short checksum(ByteBuffer packet, int from, int to, int start) {
        int sum = start;
        for (int i = from; i < to; i += 2) {
            sum += packet.getShort(i) & 0xffff;
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return (short) ~sum;
    }

    static boolean isReset(byte[] packet) {
        return packet.length > FLAGS && packet[9] == 6 && (packet[FLAGS] & RESET) != 0;
    }

    /// The last byte of one of its addresses.
    static int lastOfAddress(byte[] packet, int at) {
        return packet.length > DESTINATION + 3 ? packet[at + 3] & 0xff : 0;
    }
}
