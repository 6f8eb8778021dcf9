package dev.sekisho.dataplane.engine;

import dev.sekisho.dataplane.Limits;
import dev.sekisho.dataplane.flow.Checkpoint;
import dev.sekisho.dataplane.flow.CheckpointEvent;
import dev.sekisho.dataplane.flow.CheckpointOptions;
import dev.sekisho.dataplane.flow.CheckpointOutput;
import dev.sekisho.dataplane.flow.Passage;
import dev.sekisho.dataplane.offload.SegmentMerger;
import dev.sekisho.dataplane.peer.Peer;
import dev.sekisho.dataplane.wire.VirtioHeader;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// The checkpoint in the packet path: carries packets between it and the two ways through the engine. Owner: the
/// engine's thread.
final class Gate implements CheckpointOutput {
    private final Checkpoint checkpoint;
    private final CheckpointEgress egress;
    private final SegmentMerger handOff;
    private boolean handingOff;
    private @Nullable Inbound inbound;
    private @Nullable Outbound outbound;

    Gate(EngineOptions options, CheckpointOptions checkpointOptions, CheckpointEgress egress) {
        this.egress = egress;
        this.checkpoint = new Checkpoint(checkpointOptions, this);
        this.handOff = new SegmentMerger(
                options.mergeTcp(), false, false, Limits.OPEN_RUNS, egress::toHandOff, options.arena());
    }

    /// Names the ways through the engine. Before the first packet.
    void connect(Inbound in, Outbound out) {
        inbound = in;
        outbound = out;
    }

    Checkpoint checkpoint() {
        return checkpoint;
    }

    Passage fromDevice(long nowNanos, Peer peer, MemorySegment memory, long offset, int lengthBytes) {
        return checkpoint.fromDevice(nowNanos, peer, memory, offset, lengthBytes);
    }

    /// @param offset of the packet, whose virtio header lies before it
    boolean toDevice(long nowNanos, Peer peer, MemorySegment memory, long offset, int lengthBytes) {
        long header = offset - VirtioHeader.BYTES;
        boolean isSuper = VirtioHeader.gsoType(memory, header) != VirtioHeader.GSO_NONE;
        int segmentBytes = isSuper ? VirtioHeader.gsoSize(memory, header) : 0;
        return checkpoint.toDevice(nowNanos, peer, memory, offset, lengthBytes, segmentBytes);
    }

    /// Whether a packet that has waited for a key may still go to its device.
    boolean mayStillGo(long nowNanos, Peer peer, MemorySegment memory, long offset, int lengthBytes) {
        return checkpoint.mayStillGo(nowNanos, peer, memory, offset, lengthBytes);
    }

    void spoofed(long nowNanos, Peer peer, MemorySegment memory, long offset, int lengthBytes) {
        checkpoint.spoofed(nowNanos, peer, memory, offset, lengthBytes);
    }

    /// Copies a packet on its way to the hand-off device.
    void handOff(MemorySegment memory, long offset, int lengthBytes) {
        long room = handOff.room(lengthBytes);
        MemorySegment.copy(memory, offset, handOff.memory(), room, lengthBytes);
        handOff.accept(lengthBytes);
        handingOff = true;
    }

    /// Hands on what is being merged.
    void flush() {
        if (handingOff) {
            handingOff = false;
            handOff.flush();
        }
    }

    boolean isPending() {
        return handingOff;
    }

    @Override
    public void released(MemorySegment memory, long offset, int lengthBytes, Passage passage) {
        if (passage == Passage.HAND_OFF) {
            handOff(memory, offset, lengthBytes);
        } else if (inbound != null) {
            inbound.release(memory, offset, lengthBytes);
        }
    }

    @Override
    public void reply(long nowNanos, Peer peer, MemorySegment memory, long offset, int lengthBytes) {
        if (outbound != null) {
            outbound.sendOwn(nowNanos, peer, memory, offset, lengthBytes);
        }
    }

    @Override
    public void toTarget(MemorySegment memory, long offset, int lengthBytes, boolean handedOff) {
        if (handedOff) {
            egress.toHandOff(memory, offset, lengthBytes);
        } else {
            egress.toTun(memory, offset, lengthBytes);
        }
    }

    @Override
    public boolean hasRoom(int count) {
        return egress.hasRoom(count);
    }

    @Override
    public boolean event(CheckpointEvent event) {
        return egress.event(event);
    }
}
