package dev.sekisho.dataplane.flow;

import dev.sekisho.dataplane.peer.Peer;
import dev.sekisho.dataplane.wire.Checksum;
import dev.sekisho.dataplane.wire.Ip4View;
import dev.sekisho.dataplane.wire.TcpView;
import dev.sekisho.dataplane.wire.UdpView;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// Packets of one flow that follow each other in one batch: what was decided for the first holds for them. Owner: the
/// checkpoint's thread.
///
/// A batch is what comes at one time: nothing can begin, end or change between its packets but by another packet, a
/// command or a timer, and each of those [#end]s the streak. It goes on with IPv4 without options or fragments, and
/// with UDP, or with TCP that only carries data and acknowledgments: all else takes the long way.
final class Streak {
    private static final long VERSION_AND_HEADER = 0x45L;
    private static final long LOW_32 = 0xffff_ffffL;

    /// More fragments, and the offset.
    private static final long FRAGMENT = 0x3fffL;

    private static final int CLASSIC_FLAGS = 0x3f;

    /// Data offset's neighbours that must be zero: the reserved bits but that of AccECN.
    private static final long RESERVED = 0x0eL;

    private @Nullable Peer peer;
    private long nowNanos;
    private int slot;
    private Passage passage = Passage.STOP;
    private int protocol;
    private int source;
    private int destination;
    private int ports;
    private int totalBytes;
    private int acknowledgment;

    /// A packet of the flow in `flowSlot` has passed; the next may be of the same.
    void begin(long now, Peer sender, Packet packet, int flowSlot, Passage passed) {
        peer = sender;
        nowNanos = now;
        slot = flowSlot;
        passage = passed;
        protocol = packet.protocol();
        source = (int) packet.sourceLow();
        destination = (int) packet.destinationLow();
        ports = packet.sourcePort() << 16 | packet.destinationPort();
    }

    /// Something else has happened.
    void end() {
        peer = null;
    }

    /// Whether a packet, whose length was checked, goes on with the flow.
    boolean goesOn(long now, Peer sender, MemorySegment memory, long offset, int lengthBytes) {
        if (peer != sender || now != nowNanos || lengthBytes < Ip4View.HEADER_BYTES + TcpView.HEADER_BYTES) {
            return false;
        }
        long first = Ip4View.firstEight(memory, offset);
        long second = Ip4View.secondEight(memory, offset);
        int to = Ip4View.destination(memory, offset);
        if (first >>> 56 != VERSION_AND_HEADER
                || (first & FRAGMENT) != 0
                || (int) second != source
                || to != destination
                || ((int) (second >>> 48) & 0xff) != protocol
                || second >>> 56 == 0) {
            return false;
        }
        long sum = (first >>> 32) + (first & LOW_32) + (second >>> 32) + (second & LOW_32) + (to & LOW_32);
        totalBytes = (int) (first >>> 32) & 0xffff;
        return Checksum.fold(sum) == 0xffff
                && totalBytes <= lengthBytes
                && isSoundTransport(memory, offset + Ip4View.HEADER_BYTES, totalBytes - Ip4View.HEADER_BYTES);
    }

    private boolean isSoundTransport(MemorySegment memory, long header, int transportBytes) {
        if (transportBytes < UdpView.HEADER_BYTES || TcpView.ports(memory, header) != ports) {
            return false;
        }
        if (protocol == UdpView.PROTOCOL) {
            return UdpView.check(memory, header, transportBytes);
        }
        if (transportBytes < TcpView.HEADER_BYTES) {
            return false;
        }
        long second = TcpView.secondEight(memory, header);
        int headerBytes = (int) (second >>> 26) & 0x3c;
        int flags = (int) (second >>> 16) & CLASSIC_FLAGS;
        acknowledgment = (int) (second >>> 32);
        return headerBytes >= TcpView.HEADER_BYTES
                && headerBytes <= transportBytes
                && (flags & ~TcpView.PSH) == TcpView.ACK
                && (second >>> 24 & RESERVED) == 0;
    }

    /// Where the flow is in the table.
    int slot() {
        return slot;
    }

    Passage passage() {
        return passage;
    }

    boolean isTcp() {
        return protocol == TcpView.PROTOCOL;
    }

    /// Bytes of the packet that went on with the flow.
    int totalBytes() {
        return totalBytes;
    }

    /// What that packet acknowledges, if it is TCP.
    int acknowledgment() {
        return acknowledgment;
    }
}
