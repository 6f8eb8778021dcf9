/// Segmentation in both directions: [SegmentSplitter] cuts super-packets read from the TUN, [SegmentMerger] builds
/// them for writing. What the kernel calls GSO and GRO, on the frames of `tun` (virtio header, then one IP packet).
/// Each object belongs to one worker thread and owns its buffers; nothing is allocated per packet. Source: Linux
/// `Documentation/networking/segmentation-offloads.rst`, `net/ipv4/tcp_offload.c`, `udp_offload.c`.
@NullMarked
package dev.sekisho.dataplane.offload;

import org.jspecify.annotations.NullMarked;
