package dev.sekisho.dataplane.flow;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// An arena that knows what was taken from it.
final class RecordingArena implements Arena {
    private final Arena arena = Arena.ofAuto();
    private final List<MemorySegment> segments = new ArrayList<>();

    List<MemorySegment> segments() {
        return segments;
    }

    @Override
    public MemorySegment allocate(long byteSize, long byteAlignment) {
        MemorySegment segment = arena.allocate(byteSize, byteAlignment);
        segments.add(segment);
        return segment;
    }

    @Override
    public MemorySegment.Scope scope() {
        return arena.scope();
    }

    @Override
    public void close() {
        arena.close();
    }
}
