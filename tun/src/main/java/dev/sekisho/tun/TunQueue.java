package dev.sekisho.tun;

import java.lang.foreign.MemorySegment;

/// One queue of a TUN device. Owner: one thread. Never blocks, throws nothing for what the kernel says.
///
/// A frame is a header of ten bytes and one IP packet of up to 64 KiB. It always has the header, also where the
/// kernel knows none: then the header is zero on reading and ignored on writing.
///
/// ```text
/// byte  0      flags
///       1      GSO type
///       2..3   header length in bytes
///       4..5   GSO size in bytes
///       6..7   checksum start, from the IP packet on
///       8..9   checksum offset, from the checksum start on
///      10..    IP packet
/// ```
///
/// Integers of the header are in native byte order. Source: `struct virtio_net_hdr`, virtio specification 1.2
/// section 5.1.6.
public interface TunQueue extends Pollable {
    /// Length of the header before the IP packet.
    int HEADER_BYTES = 10;

    /// Room that holds any frame.
    int MAX_FRAME_BYTES = HEADER_BYTES + 65_535;

    /// Reads one frame into native memory. A frame longer than the room is cut off.
    ///
    /// @return bytes of the frame, 0 when there is none, below zero the negative error number (link down or gone)
    int read(MemorySegment buffer, long offset, int capacityBytes);

    /// Writes one frame from native memory.
    ///
    /// @return bytes taken, 0 when the kernel has no room now, below zero the negative error number
    int write(MemorySegment buffer, long offset, int lengthBytes);
}
