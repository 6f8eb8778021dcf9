package dev.sekisho.dataplane.engine;

import dev.sekisho.dataplane.peer.Peer;
import dev.sekisho.dataplane.wire.Endpoint;
import org.jspecify.annotations.Nullable;

/// What happened in an [Engine] that others may want to know. At most one per handshake, timer or move of a
/// peer, never one per packet.
public sealed interface EngineEvent {
    Peer peer();

    /// Both sides have new keys.
    record SessionConfirmed(Peer peer) implements EngineEvent {}

    /// An authentic message came from another place than the one before.
    ///
    /// @param from the place before, null when there was none
    record Roamed(Peer peer, @Nullable Endpoint from, Endpoint to) implements EngineEvent {}

    /// Nobody answered our initiations for 90 s; what waited for keys was dropped.
    record HandshakeAbandoned(Peer peer) implements EngineEvent {}

    /// The peer's keys were wiped: no new session for three key lifetimes, or on command. What a handshaker
    /// still holds of a handshake under way should go too.
    record KeysForgotten(Peer peer) implements EngineEvent {}
}
