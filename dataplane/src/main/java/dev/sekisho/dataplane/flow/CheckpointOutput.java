package dev.sekisho.dataplane.flow;

import dev.sekisho.dataplane.peer.Peer;
import java.lang.foreign.MemorySegment;

/// Where a [Checkpoint] puts what it makes by itself, on its own thread. Implementations never call back into it.
public interface CheckpointOutput {
    /// A packet that was held goes on. Consumed on return.
    ///
    /// @param passage [Passage#PASS] or [Passage#HAND_OFF]
    void released(MemorySegment memory, long offset, int lengthBytes, Passage passage);

    /// A frame (virtio header and packet) of our own for a device: a refusal. Consumed on return.
    void reply(long nowNanos, Peer peer, MemorySegment memory, long offset, int lengthBytes);

    /// A frame of our own for the other side of a flow of a device: a reset. Consumed on return.
    ///
    /// @param handedOff whether that side is a proxy
    void toTarget(MemorySegment memory, long offset, int lengthBytes, boolean handedOff);

    /// Whether `count` more events can be taken.
    boolean hasRoom(int count);

    /// Something happened that others record, show or answer.
    ///
    /// @return false when there is no room for it
    boolean event(CheckpointEvent event);
}
