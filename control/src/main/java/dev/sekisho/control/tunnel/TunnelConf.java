package dev.sekisho.control.tunnel;

import java.util.List;

/// What a configuration file says, checked but not yet applied. Immutable; whoever read it closes the keys in it.
///
/// @param settings the `[Interface]` part
/// @param peers the `[Peer]` parts in file order
public record TunnelConf(InterfaceSection settings, List<PeerSection> peers) implements AutoCloseable {
    public TunnelConf {
        peers = List.copyOf(peers);
    }

    /// Wipes every secret of the file.
    @Override
    public void close() {
        settings.privateKey().ifPresent(key -> key.close());
        peers.forEach(peer -> peer.presharedKey().ifPresent(key -> key.close()));
    }
}
