package dev.sekisho.dataplane.sim;

import dev.sekisho.dataplane.flow.FlowTuple;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// One packet as its sender means it. The model goes by this, the checkpoint by [#bytes].
///
/// @param tuple addresses and ports; an echo has its identifier as source port
/// @param flags of TCP
/// @param id tells packets apart: fills the payload
/// @param fragmentId of a datagram in pieces
/// @param fragmentOffset where a later fragment belongs
/// @param more whether more fragments follow
/// @param quoted what an ICMP error quotes
record Probe(
        Kind kind,
        FlowTuple tuple,
        int flags,
        int sequence,
        int acknowledgment,
        long id,
        int payloadBytes,
        int fragmentId,
        int fragmentOffset,
        boolean more,
        @Nullable FlowTuple quoted) {
    enum Kind {
        TCP,
        UDP,
        ECHO_REQUEST,
        ECHO_REPLY,
        /// A piece of an UDP datagram with its header.
        FIRST_FRAGMENT,
        LATER_FRAGMENT,
        UNREACHABLE,
        PACKET_TOO_BIG,
        /// A protocol that nobody can be granted.
        TUNNELLED,
        /// A packet that must not be forwarded.
        MALFORMED,
        /// A packet for a group.
        UNROUTABLE
    }

    static final int FIN = 1;
    static final int SYN = 2;
    static final int RST = 4;
    static final int ACK = 16;

    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int GRE = 47;
    private static final int FRAGMENT_HEADER = 44;

    static Probe of(Kind kind, FlowTuple tuple, long id, int payloadBytes) {
        return new Probe(kind, tuple, 0, 0, 0, id, payloadBytes, 0, 0, false, null);
    }

    static Probe tcp(FlowTuple tuple, int flags, int sequence, int acknowledgment, long id) {
        int payload = (flags & (SYN | RST)) == 0 ? (int) (id & 63) : 0;
        return new Probe(Kind.TCP, tuple, flags, sequence, acknowledgment, id, payload, 0, 0, false, null);
    }

    /// @param sequence of the quoted segment
    static Probe error(boolean tooBig, FlowTuple tuple, FlowTuple quoted, int sequence) {
        return new Probe(
                tooBig ? Kind.PACKET_TOO_BIG : Kind.UNREACHABLE, tuple, 0, sequence, 0, 0, 0, 0, 0, false, quoted);
    }

    Probe piece(int number, int offset, boolean moreFollow) {
        return new Probe(
                offset == 0 ? Kind.FIRST_FRAGMENT : Kind.LATER_FRAGMENT,
                tuple,
                0,
                0,
                0,
                id,
                payloadBytes,
                number,
                offset,
                moreFollow,
                null);
    }

    boolean v4() {
        return World.isV4(tuple.sourceHigh(), tuple.sourceLow());
    }

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    boolean isFragment() {
        return kind == Kind.FIRST_FRAGMENT || kind == Kind.LATER_FRAGMENT;
    }

    /// What a reader sees who has to do without ports in what has none.
    FlowTuple visibleTuple() {
        return switch (kind) {
            case TCP, UDP, FIRST_FRAGMENT, ECHO_REQUEST, ECHO_REPLY -> tuple;
            case LATER_FRAGMENT, UNREACHABLE, PACKET_TOO_BIG, TUNNELLED, MALFORMED, UNROUTABLE ->
                new FlowTuple(
                        tuple.sourceHigh(),
                        tuple.sourceLow(),
                        0,
                        tuple.destinationHigh(),
                        tuple.destinationLow(),
                        0,
                        protocol());
        };
    }

    /// The IP protocol in the packet.
    int protocol() {
        return switch (kind) {
            case TCP -> TCP;
            case UDP, FIRST_FRAGMENT, LATER_FRAGMENT, MALFORMED, UNROUTABLE -> UDP;
            case ECHO_REQUEST, ECHO_REPLY, UNREACHABLE, PACKET_TOO_BIG -> v4() ? 1 : 58;
            case TUNNELLED -> GRE;
        };
    }

    byte[] bytes() {
        byte[] transport = transport();
        boolean v4 = v4();
        int protocol = !v4 && isFragment() ? FRAGMENT_HEADER : protocol();
        byte[] packet = InnerPackets.ip(
                World.bytes(tuple.sourceHigh(), tuple.sourceLow()),
                World.bytes(tuple.destinationHigh(), tuple.destinationLow()),
                protocol,
                !v4 && isFragment() ? behindFragmentHeader(transport) : transport);
        if (v4 && isFragment()) {
            ByteBuffer.wrap(packet).putShort(4, (short) fragmentId).putShort(6, (short)
                    (fragmentOffset / 8 | (more ? 0x2000 : 0)));
        }
        if (kind == Kind.MALFORMED) {
            packet[v4 ? 8 : 7] = 0; // no hop is left
        }
        if (v4) {
            InnerPackets.writeHeaderChecksum(packet);
        }
        return packet;
    }

    private byte[] behindFragmentHeader(byte[] data) {
        return ByteBuffer.allocate(8 + data.length)
                .put((byte) UDP)
                .put((byte) 0)
                .putShort((short) (fragmentOffset | (more ? 1 : 0)))
                .putInt(fragmentId)
                .put(data)
                .array();
    }

    private byte[] transport() {
        byte[] payload = new byte[payloadBytes];
        new SplittableRandom(id).nextBytes(payload);
        return switch (kind) {
            case TCP -> tcpSegment(payload);
            case UDP, MALFORMED, UNROUTABLE -> datagram(payload, 8 + payloadBytes);
            case FIRST_FRAGMENT -> datagram(payload, 4000);
            case LATER_FRAGMENT, TUNNELLED -> payload;
            case ECHO_REQUEST -> echo(v4() ? 8 : 128, payload);
            case ECHO_REPLY -> echo(v4() ? 0 : 129, payload);
            case UNREACHABLE -> error(v4() ? 0x0303 : 0x0104, 0);
            case PACKET_TOO_BIG -> error(v4() ? 0x0304 : 0x0200, 1280);
        };
    }

    private byte[] tcpSegment(byte[] payload) {
        ByteBuffer segment = ByteBuffer.allocate(20 + payload.length);
        segment.putShort((short) tuple.sourcePort()).putShort((short) tuple.destinationPort());
        segment.putInt(sequence).putInt(acknowledgment).putShort((short) (0x5000 | flags));
        return segment.putShort((short) 0xffff).putInt(0).put(payload).array();
    }

    private byte[] datagram(byte[] payload, int statedBytes) {
        ByteBuffer datagram = ByteBuffer.allocate(8 + payload.length);
        datagram.putShort((short) tuple.sourcePort()).putShort((short) tuple.destinationPort());
        return datagram.putShort((short) statedBytes)
                .putShort((short) 0)
                .put(payload)
                .array();
    }

    private byte[] echo(int type, byte[] payload) {
        ByteBuffer echo = ByteBuffer.allocate(8 + payload.length);
        return echo.put((byte) type)
                .put((byte) 0)
                .putShort((short) 0)
                .putShort((short) tuple.sourcePort())
                .putShort((short) 1)
                .put(payload)
                .array();
    }

    private byte[] error(int typeAndCode, int mtu) {
        FlowTuple about = Objects.requireNonNull(quoted);
        Kind quotedKind = switch (about.protocol()) {
            case TCP -> Kind.TCP;
            case UDP -> Kind.UDP;
            default -> Kind.ECHO_REQUEST;
        };
        byte[] quote = quotedKind == Kind.TCP
                ? tcp(about, ACK, sequence, 0, 8).bytes()
                : of(quotedKind, about, 0, 8).bytes();
        ByteBuffer error = ByteBuffer.allocate(8 + quote.length);
        error.putShort((short) typeAndCode).putShort((short) 0).putInt(mtu).put(quote);
        byte[] pseudo = v4()
                ? new byte[0]
                : ByteBuffer.allocate(40)
                        .put(World.bytes(tuple.sourceHigh(), tuple.sourceLow()))
                        .put(World.bytes(tuple.destinationHigh(), tuple.destinationLow()))
                        .putInt(error.capacity())
                        .putInt(58)
                        .array();
        return error.putShort(2, (short) InnerPackets.checksum(pseudo, error.array()))
                .array();
    }
}
