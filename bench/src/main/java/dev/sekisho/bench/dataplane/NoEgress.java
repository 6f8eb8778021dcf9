package dev.sekisho.bench.dataplane;

import dev.sekisho.dataplane.engine.CheckpointEgress;
import dev.sekisho.dataplane.engine.EngineEvent;
import dev.sekisho.dataplane.flow.CheckpointEvent;
import dev.sekisho.dataplane.peer.Peer;
import dev.sekisho.dataplane.wire.Endpoint;
import java.lang.foreign.MemorySegment;

/// Throws away whatever comes out of an engine.
class NoEgress implements CheckpointEgress {
    @Override
    public void toNetwork(Endpoint to, MemorySegment memory, long offset, int totalBytes, int segmentBytes) {}

    @Override
    public void flushNetwork() {}

    @Override
    public void toTun(MemorySegment memory, long offset, int lengthBytes) {}

    @Override
    public void toHandshake(Endpoint from, MemorySegment memory, long offset, int lengthBytes) {}

    @Override
    public void initiate(Peer peer) {}

    @Override
    public void event(EngineEvent event) {}

    @Override
    public void toHandOff(MemorySegment memory, long offset, int lengthBytes) {}

    @Override
    public boolean hasRoom(int count) {
        return true;
    }

    @Override
    public boolean event(CheckpointEvent event) {
        return true;
    }
}
