package dev.sekisho.dataplane.testkit;

import dev.sekisho.dataplane.sim.InnerPackets;
import dev.sekisho.policy.Cidr;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// An IP packet in the making: lengths and checksums by the book, whatever else is asked for. Mutable, fluent,
/// independent of the views and the parser under test.
///
/// Ends are written `10.66.0.2:40000`, `[fd66::2]:40000`, or without a port for ICMP.
public final class IpPacket {
    public static final int FIN = 1;
    public static final int SYN = 2;
    public static final int RST = 4;
    public static final int ACK = 16;

    public static final int ICMP = 1;
    public static final int TCP = 6;
    public static final int UDP = 17;
    public static final int ICMPV6 = 58;

    private final byte[] from;
    private final byte[] to;
    private final int fromPort;
    private final int toPort;
    private int protocol;
    private int hops = 64;
    private int flags;
    private int sequence = 1000;
    private int acknowledgment;
    private byte[] options = {};
    private byte[] payload = {};
    private int firstExtension = -1;
    private final ByteArrayOutputStream extensions = new ByteArrayOutputStream();
    private int lastExtension = -1;
    private int icmpType;
    private int icmpCode;
    private boolean checksumBroken;

    private IpPacket(int protocol, String from, String to) {
        this.protocol = protocol;
        this.from = Cidr.parseAddress(host(from)).getAddress();
        this.to = Cidr.parseAddress(host(to)).getAddress();
        this.fromPort = port(from);
        this.toPort = port(to);
    }

    public static IpPacket tcp(String from, String to, int flags) {
        IpPacket packet = new IpPacket(TCP, from, to);
        packet.flags = flags;
        return packet;
    }

    public static IpPacket syn(String from, String to) {
        return tcp(from, to, SYN);
    }

    public static IpPacket udp(String from, String to) {
        return new IpPacket(UDP, from, to).payload(12);
    }

    /// A ping; the port of `from` is its identifier.
    public static IpPacket ping(String from, String to) {
        return echo(from, to, true);
    }

    /// The answer to a ping; the port of `from` is its identifier.
    public static IpPacket pong(String from, String to) {
        return echo(from, to, false);
    }

    private static IpPacket echo(String from, String to, boolean request) {
        boolean v6 = host(from).contains(":");
        IpPacket packet = new IpPacket(v6 ? ICMPV6 : ICMP, from, to);
        packet.icmpType = v6 ? (request ? 128 : 129) : (request ? 8 : 0);
        return packet.payload(16);
    }

    /// Any other protocol with twenty bytes of its own.
    public static IpPacket other(int protocol, String from, String to) {
        return new IpPacket(protocol, from, to).payload(20);
    }

    /// An ICMP error about `quoted`, sent to its source.
    ///
    /// @param word the second word of the ICMP header, as the MTU
    public static byte[] error(String from, byte[] quoted, int type, int code, int word) {
        boolean v6 = quoted[0] >>> 4 == 6;
        byte[] to = Arrays.copyOfRange(quoted, v6 ? 8 : 12, v6 ? 24 : 16);
        byte[] quote = Arrays.copyOf(quoted, Math.min(quoted.length, 200));
        IpPacket packet = new IpPacket(v6 ? ICMPV6 : ICMP, from, text(to));
        packet.icmpType = type;
        packet.icmpCode = code;
        byte[] bytes = packet.payloadBytes(quote).build();
        int icmp = v6 ? 40 : 20;
        ByteBuffer.wrap(bytes).putInt(icmp + 4, word).putShort(icmp + 2, (short) 0);
        return packet.fillIcmpChecksum(bytes, icmp);
    }

    private static String text(byte[] address) {
        try {
            return InetAddress.getByAddress(address).getHostAddress();
        } catch (UnknownHostException e) {
            throw new AssertionError("4 and 16 bytes are address lengths", e);
        }
    }

    public IpPacket sequence(int first, int acknowledged) {
        sequence = first;
        acknowledgment = acknowledged;
        return this;
    }

    public IpPacket hops(int limit) {
        hops = limit;
        return this;
    }

    public IpPacket payload(int lengthBytes) {
        byte[] bytes = new byte[lengthBytes];
        for (int i = 0; i < lengthBytes; i++) {
            bytes[i] = (byte) (31 * i + fromPort);
        }
        return payloadBytes(bytes);
    }

    public IpPacket payloadBytes(byte[] bytes) {
        payload = bytes;
        return this;
    }

    /// IPv4 options, padded to words by the caller.
    public IpPacket options(int... bytes) {
        options = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            options[i] = (byte) bytes[i];
        }
        return this;
    }

    /// One more IPv6 extension header of eight bytes, with six bytes of `content` padded by zeros.
    public IpPacket extension(int type, int... content) {
        byte[] header = new byte[8];
        for (int i = 0; i < content.length; i++) {
            header[2 + i] = (byte) content[i];
        }
        if (firstExtension < 0) {
            firstExtension = type;
        } else {
            byte[] before = extensions.toByteArray();
            before[before.length - 8] = (byte) type;
            extensions.reset();
            extensions.writeBytes(before);
        }
        lastExtension = type;
        extensions.writeBytes(header);
        return this;
    }

    public IpPacket brokenChecksum() {
        checksumBroken = true;
        return this;
    }

    public byte[] build() {
        byte[] body = transport();
        byte[] chain = extensions.toByteArray();
        if (lastExtension >= 0) {
            chain[chain.length - 8] = (byte) protocol;
        }
        ByteBuffer all = ByteBuffer.allocate(chain.length + body.length);
        return ip(
                firstExtension < 0 ? protocol : firstExtension,
                0x4000,
                0,
                all.put(chain).put(body).array());
    }

    /// A piece of the datagram: `lengthBytes` of what follows the IP header, from `offset` on.
    public byte[] piece(int identification, int offset, int lengthBytes, boolean more) {
        byte[] data = new byte[lengthBytes];
        byte[] body = transport();
        System.arraycopy(
                body, Math.min(offset, body.length), data, 0, Math.clamp(body.length - offset, 0, lengthBytes));
        int field = offset / 8 | (more ? 0x2000 : 0);
        if (from.length == 4) {
            return ip(protocol, field, identification, data);
        }
        ByteBuffer fragment = ByteBuffer.allocate(8 + lengthBytes);
        fragment.put((byte) protocol).put((byte) 0).putShort((short) (offset | (more ? 1 : 0)));
        return ip(44, 0, 0, fragment.putInt(identification).put(data).array());
    }

    private byte[] ip(int next, int fragmentField, int identification, byte[] body) {
        ByteBuffer packet;
        if (from.length == 4) {
            int header = 20 + options.length;
            packet = ByteBuffer.allocate(header + body.length);
            packet.put((byte) (0x40 | header / 4)).put((byte) 0).putShort((short) packet.capacity());
            packet.putShort((short) identification).putShort((short) fragmentField);
            packet.put((byte) hops).put((byte) next).putShort((short) 0);
            packet.put(from).put(to).put(options);
            int sum = InnerPackets.checksum(Arrays.copyOf(packet.array(), header));
            packet.putShort(10, (short) (checksumBroken ? sum + 1 : sum));
        } else {
            packet = ByteBuffer.allocate(40 + body.length);
            packet.putInt(0x6000_0000).putShort((short) body.length).put((byte) next);
            packet.put((byte) hops).put(from).put(to);
        }
        return packet.put(body).array();
    }

    private byte[] transport() {
        ByteBuffer body = switch (protocol) {
            case TCP -> {
                ByteBuffer tcp = ports(20);
                tcp.putInt(sequence).putInt(acknowledgment);
                yield tcp.put((byte) 0x50).put((byte) flags).putShort((short) 512);
            }
            case UDP -> ports(8).putShort((short) (8 + payload.length));
            case ICMP, ICMPV6 -> {
                ByteBuffer icmp = ByteBuffer.allocate(8 + payload.length);
                icmp.put((byte) icmpType).put((byte) icmpCode).putShort((short) 0);
                yield icmp.putShort((short) fromPort).putShort((short) 1);
            }
            default -> ByteBuffer.allocate(payload.length);
        };
        byte[] bytes = body.array();
        System.arraycopy(payload, 0, bytes, bytes.length - payload.length, payload.length);
        int sum = InnerPackets.checksum(from, to, new byte[] {0, (byte) protocol}, word(bytes.length), bytes);
        switch (protocol) {
            case TCP -> body.putShort(16, (short) sum);
            case UDP -> body.putShort(6, (short) (sum == 0 ? 0xffff : sum));
            case ICMP, ICMPV6 -> fillIcmpChecksum(bytes, 0);
            default -> {}
        }
        return bytes;
    }

    private ByteBuffer ports(int headerBytes) {
        ByteBuffer bytes = ByteBuffer.allocate(headerBytes + payload.length);
        return bytes.putShort((short) fromPort).putShort((short) toPort);
    }

    private byte[] fillIcmpChecksum(byte[] bytes, int icmp) {
        byte[] message = Arrays.copyOfRange(bytes, icmp, bytes.length);
        int sum = protocol == ICMP
                ? InnerPackets.checksum(message)
                : InnerPackets.checksum(from, to, new byte[] {0, ICMPV6}, word(message.length), message);
        ByteBuffer.wrap(bytes).putShort(icmp + 2, (short) sum);
        return bytes;
    }

    private static byte[] word(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    private static boolean hasPort(String end) {
        return end.startsWith("[") || (end.indexOf(':') == end.lastIndexOf(':') && end.indexOf(':') > 0);
    }

    private static String host(String end) {
        return hasPort(end) ? end.substring(0, end.lastIndexOf(':')).replaceAll("[\\[\\]]", "") : end;
    }

    private static int port(String end) {
        return hasPort(end) ? Integer.parseInt(end.substring(end.lastIndexOf(':') + 1)) : 0;
    }
}
