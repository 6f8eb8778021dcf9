package dev.sekisho.dataplane.run;

import dev.sekisho.dataplane.Limits;
import dev.sekisho.dataplane.flow.CheckpointEvent;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/// That a data plane has a checkpoint, and what the checkpoint needs.
///
/// @param flows how many flows fit in all, 128 bytes each: [#MIN_FLOWS]..[Limits#LARGEST_FLOWS]
/// @param handOffInterface name of the second TUN device, for flows that go to a proxy
/// @param listener is given every event, by one thread at a time; must not wait for long, for meanwhile no flows open
public record Guard(int flows, Optional<String> handOffInterface, Consumer<CheckpointEvent> listener) {
    /// Fewest flows of a data plane.
    public static final int MIN_FLOWS = 1024;

    /// @throws IllegalArgumentException when the number of flows is out of range
    public Guard {
        Objects.requireNonNull(handOffInterface, "handOffInterface");
        Objects.requireNonNull(listener, "listener");
        if (flows < MIN_FLOWS || flows > Limits.LARGEST_FLOWS) {
            throw new IllegalArgumentException(
                    "the number of flows must lie in " + MIN_FLOWS + ".." + Limits.LARGEST_FLOWS + ", not " + flows);
        }
    }

    /// Room for [Limits#FLOWS].
    public static Guard of(Optional<String> handOffInterface, Consumer<CheckpointEvent> listener) {
        return new Guard(Limits.FLOWS, handOffInterface, listener);
    }
}
