package dev.sekisho.dataplane.offload;

import java.lang.foreign.MemorySegment;

/// Takes finished TUN frames from a [SegmentMerger], on its thread.
@FunctionalInterface
public interface FrameSink {
    /// One frame: a virtio header, then an IP packet of `lengthBytes - 10` bytes. The bytes are valid during the
    /// call.
    void frame(MemorySegment memory, long offset, int lengthBytes);
}
