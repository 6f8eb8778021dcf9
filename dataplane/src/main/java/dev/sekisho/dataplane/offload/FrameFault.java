package dev.sekisho.dataplane.offload;

/// Why a [SegmentSplitter] refused a frame.
public enum FrameFault {
    /// The frame is fine.
    NONE,
    /// Shorter than a virtio header and the smallest IP header.
    TOO_SHORT,
    /// Longer than any IP packet.
    TOO_LONG,
    /// Neither IPv4 nor IPv6, or its length field does not fit the frame.
    BAD_IP_HEADER,
    /// The transport header of a super-packet does not fit the packet or contradicts its length.
    BAD_TRANSPORT_HEADER,
    /// A segmentation type that was never asked for.
    UNKNOWN_TYPE,
    /// The type contradicts the IP version or the protocol.
    TYPE_MISMATCH,
    /// A super-packet that is an IP fragment.
    FRAGMENT,
    /// A segment size of zero, or so small that there would be too many segments.
    BAD_SEGMENT_SIZE,
    /// The headers to repeat are longer than any that we keep.
    HEADERS_TOO_LONG,
    /// The checksum to complete lies outside the packet, or not where its protocol has it.
    BAD_CHECKSUM_PLACE
}
