package dev.sekisho.tun.memory;

import java.lang.foreign.MemorySegment;

/// One message on the switch: a datagram, or a train of several. The payload is never changed.
///
/// @param from sender's address
/// @param fromPort sender's port
/// @param to receiver's address
/// @param toPort receiver's port
/// @param payload the bytes
/// @param segmentBytes bytes of each datagram but the last
record Message(Address from, int fromPort, Address to, int toPort, MemorySegment payload, int segmentBytes) {
    int lengthBytes() {
        return (int) payload.byteSize();
    }

    int datagrams() {
        return (lengthBytes() + segmentBytes - 1) / segmentBytes;
    }

    Message datagram(int i) {
        int start = i * segmentBytes;
        int length = Math.min(segmentBytes, lengthBytes() - start);
        return new Message(from, fromPort, to, toPort, payload.asSlice(start, length), length);
    }
}
