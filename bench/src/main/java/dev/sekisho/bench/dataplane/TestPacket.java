package dev.sekisho.bench.dataplane;

import dev.sekisho.dataplane.wire.Ip4View;
import dev.sekisho.dataplane.wire.TcpView;
import dev.sekisho.policy.Cidr;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Headers of a packet of a flow between a device and the target. Only headers are written: what follows them is
/// never read.
///
/// @param v4 whether it is IPv4
/// @param protocol TCP or UDP
/// @param devicePort the device's port
/// @param targetPort the target's port
record TestPacket(boolean v4, int protocol, int devicePort, int targetPort) {
    /// Length of a packet, as its headers state it.
    static final int BYTES = 1000;

    /// Distance of packets in memory: as much as headers need.
    static final int STRIDE = 64;

    private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private static final int DEVICES_V4 = 0x0a42_0001;
    private static final int TARGET_V4 = 0x0a00_0105;
    private static final int IPV6_HEADER_BYTES = 40;
    private static final long DEVICES_V6 = 0xfd66L << 48;
    private static final long TARGET_V6 = 0xfd77L << 48;
    private static final int SEQUENCE = 1_000_000;

    /// The address of a device.
    static Cidr device(boolean v4, int device) {
        return v4 ? Cidr.host(0, 0x0000_ffff_0000_0000L | (DEVICES_V4 + device)) : Cidr.host(DEVICES_V6, 1 + device);
    }

    /// Where the packets go.
    static Cidr target(boolean v4) {
        return v4 ? Cidr.host(0, 0x0000_ffff_0000_0000L | TARGET_V4) : Cidr.host(TARGET_V6, 5);
    }

    void write(MemorySegment memory, long offset, int device, int tcpFlags, boolean toDevice) {
        long transport = v4 ? writeIp4(memory, offset, device, toDevice) : writeIp6(memory, offset, device, toDevice);
        int ports = toDevice ? targetPort << 16 | devicePort : devicePort << 16 | targetPort;
        if (protocol == TcpView.PROTOCOL) {
            TcpView.writeHeader(memory, transport, ports, SEQUENCE, SEQUENCE, tcpFlags);
        } else {
            memory.set(U32, transport, ports);
            memory.set(U32, transport + 4, (int) (BYTES - (transport - offset)) << 16);
        }
    }

    private long writeIp4(MemorySegment memory, long offset, int device, boolean toDevice) {
        int own = DEVICES_V4 + device;
        Ip4View.writeHeader(memory, offset, BYTES, protocol, toDevice ? TARGET_V4 : own, toDevice ? own : TARGET_V4);
        return offset + Ip4View.HEADER_BYTES;
    }

    private long writeIp6(MemorySegment memory, long offset, int device, boolean toDevice) {
        memory.set(U32, offset, 0x6000_0000);
        memory.set(U16, offset + 4, (short) (BYTES - IPV6_HEADER_BYTES));
        memory.set(U16, offset + 6, (short) (protocol << 8 | 64));
        long devices = offset + (toDevice ? 24 : 8);
        long targets = offset + (toDevice ? 8 : 24);
        memory.set(U64, devices, DEVICES_V6);
        memory.set(U64, devices + 8, 1 + device);
        memory.set(U64, targets, TARGET_V6);
        memory.set(U64, targets + 8, 5);
        return offset + IPV6_HEADER_BYTES;
    }
}
