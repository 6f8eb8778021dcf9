package dev.sekisho.dataplane.engine;

import dev.sekisho.dataplane.Limits;
import dev.sekisho.dataplane.noise.Keypair;
import dev.sekisho.dataplane.peer.Peer;
import dev.sekisho.dataplane.wire.Endpoint;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/// What others ask of an [Engine]. Immutable; made on any thread, carried out on the engine's.
public sealed interface EngineCommand {
    /// The peer that it is about, made by [Engine#newPeer] of the engine that gets the command.
    Peer peer();

    /// Lets a peer take part in traffic. Its inner addresses come with [Engine#config].
    ///
    /// @param endpoint where it is reached, if known
    /// @param persistentKeepaliveSeconds 0 for none
    record AddPeer(Peer peer, Optional<Endpoint> endpoint, int persistentKeepaliveSeconds) implements EngineCommand {
        public AddPeer {
            Objects.requireNonNull(peer, "peer");
            Objects.requireNonNull(endpoint, "endpoint");
            checkSeconds(persistentKeepaliveSeconds);
        }
    }

    /// Ends a peer: wipes its keys, frees its indices, drops what waits. It may not be added again.
    record RemovePeer(Peer peer) implements EngineCommand {
        public RemovePeer {
            Objects.requireNonNull(peer, "peer");
        }
    }

    /// Changes what is present and leaves the rest. A given endpoint holds until the peer's next authentic
    /// message.
    record UpdatePeer(Peer peer, Optional<Endpoint> endpoint, OptionalInt persistentKeepaliveSeconds)
            implements EngineCommand {
        public UpdatePeer {
            Objects.requireNonNull(peer, "peer");
            Objects.requireNonNull(endpoint, "endpoint");
            checkSeconds(persistentKeepaliveSeconds.orElse(0));
        }
    }

    /// A handshaker finished. The engine takes over `keypair`, whatever has become of the peer.
    record SessionEstablished(Peer peer, Keypair keypair, Endpoint from) implements EngineCommand {
        public SessionEstablished {
            Objects.requireNonNull(peer, "peer");
            Objects.requireNonNull(keypair, "keypair");
            Objects.requireNonNull(from, "from");
        }
    }

    /// Wipes the peer's keys, for they were made under an identity that is no longer ours. Traffic starts a new
    /// handshake.
    record ForgetKeys(Peer peer) implements EngineCommand {
        public ForgetKeys {
            Objects.requireNonNull(peer, "peer");
        }
    }

    private static void checkSeconds(int seconds) {
        if (seconds < 0 || seconds > Limits.PERSISTENT_KEEPALIVE_SECONDS) {
            throw new IllegalArgumentException("persistent keepalive of " + seconds + " s is out of range");
        }
    }
}
