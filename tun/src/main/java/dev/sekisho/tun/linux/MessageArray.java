package dev.sekisho.tun.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.sekisho.tun.SendBatch;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// An array of `struct mmsghdr` with one buffer, one address and room for control messages each; what never
/// changes is written once. Owner: one thread. Lives as long as it is reachable.
///
/// ```text
/// mmsghdr, 64 bytes: name 0 | name length 8 | iovec 16 | iovec count 24 | control 32 | control length 40 | flags 48
///                    | message length 56
/// cmsghdr: length 0 | level 8 | type 12 | data 16..
/// ```
///
/// Source: recvmmsg(2), sendmmsg(2), cmsg(3) on 64-bit Linux.
final class MessageArray {
    static final int HEADER_BYTES = 64;
    static final int SOL_IP = 0;
    static final int SOL_IPV6 = 41;
    static final int SOL_UDP = 17;
    static final int IP_PKTINFO = 8;
    static final int IPV6_PKTINFO = 50;
    static final int UDP_SEGMENT = 103;
    static final int UDP_GRO = 104;
    static final int CMSG_BYTES = 16;

    private static final int NAME = 0;
    private static final int NAME_LENGTH = 8;
    private static final int VECTOR = 16;
    private static final int VECTOR_COUNT = 24;
    private static final int CONTROL = 32;
    private static final int CONTROL_LENGTH = 40;
    private static final int FLAGS = 48;
    private static final int LENGTH = 56;
    private static final int CMSG_LEVEL = 8;
    private static final int CMSG_TYPE = 12;
    private static final int VECTOR_BYTES = 16;
    private static final int NAME_BYTES = 32;

    /// A segment size (24 bytes) and a packet info (40), or what a kernel may say on receiving (two infos, a
    /// size).
    private static final int CONTROL_BYTES = 128;

    /// The segment size comes first, so that the packet info alone can be sent from a fixed place.
    private static final int SEGMENT_SPACE = 24;

    private static final int INFO_SPACE = 40;
    private static final int V4_INFO_SPACE = 32;

    private final MemorySegment memory;
    private final long base;
    private final long vectors;
    private final long names;
    private final long controls;

    MessageArray(int capacity) {
        vectors = (long) capacity * HEADER_BYTES;
        names = vectors + (long) capacity * VECTOR_BYTES;
        controls = names + (long) capacity * NAME_BYTES;
        memory = Arena.ofAuto().allocate(controls + (long) capacity * CONTROL_BYTES, HEADER_BYTES);
        base = memory.address();
        for (int i = 0; i < capacity; i++) {
            long header = header(i);
            memory.set(JAVA_LONG_UNALIGNED, header + NAME, base + name(i));
            memory.set(JAVA_LONG_UNALIGNED, header + VECTOR, base + vector(i));
            memory.set(JAVA_LONG_UNALIGNED, header + VECTOR_COUNT, 1);
        }
    }

    private static long header(int i) {
        return (long) i * HEADER_BYTES;
    }

    private long vector(int i) {
        return vectors + (long) i * VECTOR_BYTES;
    }

    private long name(int i) {
        return names + (long) i * NAME_BYTES;
    }

    private long control(int i) {
        return controls + (long) i * CONTROL_BYTES;
    }

    /// Address of message `i`; the others follow.
    long address(int i) {
        return base + header(i);
    }

    MemorySegment memory() {
        return memory;
    }

    /// Points message `i` at its bytes.
    void bytes(int i, long address, long length) {
        memory.set(JAVA_LONG_UNALIGNED, vector(i), address);
        memory.set(JAVA_LONG_UNALIGNED, vector(i) + Long.BYTES, length);
    }

    /// Makes message `i` from a train, or a part of one.
    ///
    /// @param v6 whether the socket is AF_INET6; if not, the destination must be IPv4
    /// @param segmentBytes size the kernel cuts it to, 0 = it is a single datagram
    void train(int i, SendBatch batch, int train, boolean v6, boolean withSource, int segmentBytes) {
        long header = header(i);
        if (v6) {
            SocketAddress.put(
                    memory,
                    name(i),
                    batch.addressHigh(train),
                    batch.addressLow(train),
                    batch.port(train),
                    batch.scopeId(train));
        } else {
            SocketAddress.putV4(memory, name(i), batch.addressLow(train), batch.port(train));
        }
        memory.set(JAVA_INT_UNALIGNED, header + NAME_LENGTH, v6 ? SocketAddress.BYTES : SocketAddress.V4_BYTES);
        long start = control(i) + SEGMENT_SPACE;
        long length = 0;
        if (withSource) {
            length = v6 ? source(start, batch, train) : sourceV4(start, batch, train);
        }
        if (segmentBytes > 0) {
            start -= SEGMENT_SPACE;
            length += SEGMENT_SPACE;
            controlHeader(start, Short.BYTES, SOL_UDP, UDP_SEGMENT);
            memory.set(JAVA_SHORT_UNALIGNED, start + CMSG_BYTES, (short) segmentBytes);
        }
        memory.set(JAVA_LONG_UNALIGNED, header + CONTROL, base + start);
        memory.set(JAVA_LONG_UNALIGNED, header + CONTROL_LENGTH, length);
    }

    /// `struct in6_pktinfo`; a dual-stack socket takes a mapped address there for IPv4 destinations. Only a
    /// link-local source needs its interface: for others the routing chooses.
    private int source(long at, SendBatch batch, int train) {
        long high = batch.sourceHigh(train);
        controlHeader(at, 20, SOL_IPV6, IPV6_PKTINFO);
        memory.set(SocketAddress.LONG_BE, at + CMSG_BYTES, high);
        memory.set(SocketAddress.LONG_BE, at + CMSG_BYTES + 8, batch.sourceLow(train));
        memory.set(
                JAVA_INT_UNALIGNED,
                at + CMSG_BYTES + 16,
                SocketAddress.isLinkLocal(high) ? batch.sourceInterface(train) : 0);
        return INFO_SPACE;
    }

    /// `struct in_pktinfo`: interface, source, an address that counts only on receiving.
    private int sourceV4(long at, SendBatch batch, int train) {
        controlHeader(at, 12, SOL_IP, IP_PKTINFO);
        memory.set(JAVA_INT_UNALIGNED, at + CMSG_BYTES, 0);
        memory.set(SocketAddress.INT_BE, at + CMSG_BYTES + 4, (int) batch.sourceLow(train));
        memory.set(JAVA_INT_UNALIGNED, at + CMSG_BYTES + 8, 0);
        return V4_INFO_SPACE;
    }

    private void controlHeader(long at, int dataBytes, int level, int type) {
        memory.set(JAVA_LONG_UNALIGNED, at, CMSG_BYTES + dataBytes);
        memory.set(JAVA_INT_UNALIGNED, at + CMSG_LEVEL, level);
        memory.set(JAVA_INT_UNALIGNED, at + CMSG_TYPE, type);
    }

    /// Makes message `i` ready to receive: all room for address and control messages.
    void expect(int i) {
        long header = header(i);
        memory.set(JAVA_INT_UNALIGNED, header + NAME_LENGTH, SocketAddress.BYTES);
        memory.set(JAVA_LONG_UNALIGNED, header + CONTROL, base + control(i));
        memory.set(JAVA_LONG_UNALIGNED, header + CONTROL_LENGTH, CONTROL_BYTES);
    }

    /// Bytes of received message `i`.
    int length(int i) {
        return memory.get(JAVA_INT_UNALIGNED, header(i) + LENGTH);
    }

    /// The kernel's flags of received message `i`.
    int flags(int i) {
        return memory.get(JAVA_INT_UNALIGNED, header(i) + FLAGS);
    }

    /// Offset of the sender's address of message `i` in [#memory].
    long sender(int i) {
        return name(i);
    }

    /// Offset of the first control message of received message `i` in [#memory].
    long firstControl(int i) {
        return control(i);
    }

    /// Where the control messages of received message `i` end in [#memory].
    long endOfControl(int i) {
        return control(i) + memory.get(JAVA_LONG_UNALIGNED, header(i) + CONTROL_LENGTH);
    }

    long controlLength(long at) {
        return memory.get(JAVA_LONG_UNALIGNED, at);
    }

    boolean isControl(long at, int level, int type) {
        return memory.get(JAVA_INT_UNALIGNED, at + CMSG_LEVEL) == level
                && memory.get(JAVA_INT_UNALIGNED, at + CMSG_TYPE) == type;
    }
}
