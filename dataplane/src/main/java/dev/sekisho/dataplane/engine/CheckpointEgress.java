package dev.sekisho.dataplane.engine;

import dev.sekisho.dataplane.flow.CheckpointEvent;
import java.lang.foreign.MemorySegment;

/// Where an [Engine] with a checkpoint puts what comes out of it, on the engine's own thread.
public interface CheckpointEgress extends Egress {
    /// A frame for the hand-off device: virtio header and IP packet, which may be a merged super-packet. Consumed on
    /// return.
    void toHandOff(MemorySegment memory, long offset, int lengthBytes);

    /// Whether `count` more events of the checkpoint can be taken.
    boolean hasRoom(int count);

    /// The checkpoint decided something that others record, show or answer.
    ///
    /// @return false when there is no room for it
    boolean event(CheckpointEvent event);
}
