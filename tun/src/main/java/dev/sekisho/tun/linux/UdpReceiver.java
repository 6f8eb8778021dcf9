package dev.sekisho.tun.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import dev.sekisho.tun.ReceiveBatch;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/// The native side of one [ReceiveBatch], kept with it: message headers that point into the batch's slots.
/// Owner: the thread that owns the batch.
final class UdpReceiver {
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_TRUNC = 0x20;

    private final MemorySegment capture = Libc.capture(Arena.ofAuto());
    private final MessageArray messages;

    private UdpReceiver(ReceiveBatch batch) {
        messages = new MessageArray(batch.slots());
        for (int i = 0; i < batch.slots(); i++) {
            messages.bytes(i, batch.memory().address() + batch.offset(i), batch.slotBytes());
            messages.expect(i);
        }
    }

    static UdpReceiver of(ReceiveBatch batch) {
        if (batch.adapterState() instanceof UdpReceiver known) {
            return known;
        }
        UdpReceiver made = new UdpReceiver(batch);
        batch.adapterState(made);
        return made;
    }

    /// Fills the batch from its start.
    ///
    /// @return number of messages, below zero the negative error number
    int receive(int fd, ReceiveBatch batch, UdpCounters counters) {
        try {
            int count = Libc.recvmmsg(capture, fd, messages.address(0), batch.slots(), MSG_DONTWAIT);
            for (int i = 0; i < count; i++) {
                take(i, batch, counters);
                messages.expect(i);
            }
            return count;
        } finally {
            Reference.reachabilityFence(batch);
        }
    }

    private void take(int i, ReceiveBatch batch, UdpCounters counters) {
        int length = messages.length(i);
        if ((messages.flags(i) & MSG_TRUNC) != 0 || length > batch.slotBytes()) {
            counters.truncated();
            length = 0;
        }
        MemorySegment memory = messages.memory();
        long sender = messages.sender(i);
        batch.remote(
                i,
                SocketAddress.high(memory, sender),
                SocketAddress.low(memory, sender),
                SocketAddress.port(memory, sender),
                SocketAddress.scopeId(memory, sender));
        batch.local(i, 0, 0, 0);
        int segmentBytes = length;
        long end = messages.endOfControl(i);
        long at = messages.firstControl(i);
        while (at + MessageArray.CMSG_BYTES <= end && messages.controlLength(at) >= MessageArray.CMSG_BYTES) {
            long data = at + MessageArray.CMSG_BYTES;
            if (messages.isControl(at, MessageArray.SOL_UDP, MessageArray.UDP_GRO)) {
                segmentBytes = memory.get(JAVA_INT_UNALIGNED, data);
            } else if (messages.isControl(at, MessageArray.SOL_IPV6, MessageArray.IPV6_PKTINFO)) {
                long high = memory.get(SocketAddress.LONG_BE, data);
                long low = memory.get(SocketAddress.LONG_BE, data + 8);
                batch.local(i, high, low, memory.get(JAVA_INT_UNALIGNED, data + 16));
            } else if (messages.isControl(at, MessageArray.SOL_IP, MessageArray.IP_PKTINFO)) {
                long low = SocketAddress.mapped(memory.get(SocketAddress.INT_BE, data + 4));
                batch.local(i, 0, low, memory.get(JAVA_INT_UNALIGNED, data));
            }
            at += (messages.controlLength(at) + 7) & -8;
        }
        batch.message(i, length, segmentBytes > 0 ? Math.min(segmentBytes, length) : length);
    }
}
