package dev.sekisho.control.policy;

import dev.sekisho.control.tunnel.InterfaceAddress;
import dev.sekisho.policy.Cidr;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The `network` group of the file. Immutable.
///
/// @param enabled whether there is a tunnel at all (product line N13)
/// @param interfaceName the tunnel's interface
/// @param handOffInterface the interface on which flows to proxies leave
/// @param listenPort UDP port, 1..65535
/// @param addresses the server's own addresses in the tunnel, at least one
/// @param mtu largest inner packet in bytes
/// @param privateKeyFile where the server's key is
/// @param publicAddress how clients reach the server
/// @param subnets the networks behind the server that may be reached
/// @param networkInterfaces one per subnet, or none
public record NetworkSection(
        boolean enabled,
        String interfaceName,
        String handOffInterface,
        int listenPort,
        List<InterfaceAddress> addresses,
        int mtu,
        Path privateKeyFile,
        Optional<String> publicAddress,
        List<Cidr> subnets,
        List<String> networkInterfaces) {
    /// Product line N02.
    public static final int DEFAULT_LISTEN_PORT = 51_871;

    /// Product line N07.
    public static final int DEFAULT_MTU = 1_420;

    public NetworkSection {
        addresses = List.copyOf(addresses);
        subnets = List.copyOf(subnets);
        networkInterfaces = List.copyOf(networkInterfaces);
    }

    /// The same under another interface name; a hand-off interface whose name follows from the old one's
    /// follows.
    NetworkSection named(String name) {
        String handOff = handOffInterface.equals(interfaceName + "h") ? name + "h" : handOffInterface;
        return new NetworkSection(
                enabled,
                name,
                handOff,
                listenPort,
                addresses,
                mtu,
                privateKeyFile,
                publicAddress,
                subnets,
                networkInterfaces);
    }
}
