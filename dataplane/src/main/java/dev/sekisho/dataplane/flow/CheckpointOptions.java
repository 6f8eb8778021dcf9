package dev.sekisho.dataplane.flow;

import java.lang.foreign.Arena;
import java.util.Objects;

/// What a [Checkpoint] is made of and never changes.
///
/// @param arena where tables and buffers come from; it frees them when nobody reaches them any more
///     (`Platform.tables`), or never: it can't be closed
/// @param flows how many flows fit, 128 bytes each
/// @param seed secret and another at each start: keys hash tables, names challenges
public record CheckpointOptions(Arena arena, int flows, long seed) {
    public CheckpointOptions {
        Objects.requireNonNull(arena, "arena");
    }
}
