package dev.sekisho.dataplane.engine;

import dev.sekisho.crypto.Aead;
import dev.sekisho.dataplane.noise.IndexTable;
import java.lang.foreign.Arena;
import java.util.Objects;

/// What an [Engine] is made of and never changes.
///
/// @param indexes where key pairs are found by index; shared with the handshakers
/// @param aead the engine's own: it belongs to the engine's thread
/// @param arena where buffers come from (about 2 MiB); must live as long as the engine and allow its thread
/// @param mergeTcp whether the TUN takes TCP super-packets
/// @param mergeUdp whether the TUN takes UDP super-packets
/// @param jitterSeed any number; different engines should have different ones
public record EngineOptions(
        IndexTable indexes, Aead aead, Arena arena, boolean mergeTcp, boolean mergeUdp, long jitterSeed) {
    public EngineOptions {
        Objects.requireNonNull(indexes, "indexes");
        Objects.requireNonNull(aead, "aead");
        Objects.requireNonNull(arena, "arena");
    }
}
