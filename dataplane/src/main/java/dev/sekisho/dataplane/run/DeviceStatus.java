package dev.sekisho.dataplane.run;

import dev.sekisho.crypto.SecretKey;
import dev.sekisho.dataplane.noise.PublicKey;
import java.util.List;
import java.util.Optional;

/// A device at one moment. The keys are copies that the caller wipes.
///
/// @param interfaceName name of the network interface
/// @param privateKey the device's private key, where it has one
/// @param publicKey the key that belongs to it
/// @param listenPort UDP port, 0 = not listening yet
/// @param fwmark mark of outgoing packets, 0 = none
/// @param peers the peers in the order in which they were added
public record DeviceStatus(
        String interfaceName,
        Optional<SecretKey> privateKey,
        Optional<PublicKey> publicKey,
        int listenPort,
        int fwmark,
        List<PeerStatus> peers) {
    /// Copies the list.
    public DeviceStatus {
        peers = List.copyOf(peers);
    }
}
