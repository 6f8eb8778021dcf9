package dev.sekisho.dataplane.run;

import dev.sekisho.dataplane.flow.CheckpointEvent;
import dev.sekisho.dataplane.flow.CheckpointOptions;
import dev.sekisho.tun.TunQueue;
import org.jspecify.annotations.Nullable;

/// What a worker with a checkpoint has of its own.
///
/// @param options of its checkpoint
/// @param handOff its queue of the hand-off device, null when there is none
/// @param events where its events go
record WorkerGuard(CheckpointOptions options, @Nullable TunQueue handOff, EventRing<CheckpointEvent> events) {}
