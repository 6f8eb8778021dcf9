package dev.sekisho.dataplane.flow;

import java.lang.foreign.Arena;
import java.util.Objects;

/// What a [Checkpoint] is made of and never changes.
///
/// @param arena where buffers come from; must live as long as the checkpoint and allow its thread
/// @param flows how many flows fit, 136 bytes of heap each
/// @param seed secret and another at each start: keys hash tables, names challenges
public record CheckpointOptions(Arena arena, int flows, long seed) {
    public CheckpointOptions {
        Objects.requireNonNull(arena, "arena");
    }
}
