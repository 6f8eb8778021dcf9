package dev.sekisho.dataplane.run;

import dev.sekisho.crypto.SecretKey;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// A transaction on a device, in the terms of WireGuard's cross-platform configuration protocol. The device copies the
/// keys in
/// it; the caller wipes its own.
///
/// @param privateKey new private key; an all-zero key removes it; empty = unchanged
/// @param listenPort new UDP port, 0 = chosen by the kernel; empty = unchanged
/// @param fwmark new mark of outgoing packets, 0 = none; empty = unchanged
/// @param replacePeers whether all present peers are removed first
/// @param peers changes of peers, applied in order
public record DeviceUpdate(
        Optional<SecretKey> privateKey,
        OptionalInt listenPort,
        OptionalInt fwmark,
        boolean replacePeers,
        List<PeerUpdate> peers) {
    /// @throws IllegalArgumentException when the port is out of range
    public DeviceUpdate {
        peers = List.copyOf(peers);
        if (listenPort.isPresent() && (listenPort.getAsInt() < 0 || listenPort.getAsInt() > 65_535)) {
            throw new IllegalArgumentException("listen port " + listenPort.getAsInt() + " is out of range");
        }
    }

    /// Changes of peers alone.
    public static DeviceUpdate ofPeers(List<PeerUpdate> peers) {
        return new DeviceUpdate(Optional.empty(), OptionalInt.empty(), OptionalInt.empty(), false, peers);
    }
}
