package dev.sekisho.control.settings;

import dev.sekisho.policy.Cidr;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Optional;
import java.util.stream.Stream;

/// The host's own address, for when nobody gave a public one (product line N03). Stateless; sends nothing.
public final class HostAddress {
    private HostAddress() {}

    /// The first address of an interface that is up, IPv4 before IPv6; empty when there is none.
    public static Optional<String> find() {
        try {
            Stream<NetworkInterface> links = NetworkInterface.networkInterfaces();
            return links.filter(HostAddress::isUp)
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> !address.isLoopbackAddress()
                            && !address.isLinkLocalAddress()
                            && !address.isMulticastAddress())
                    .map(address -> Cidr.of(address, 8 * address.getAddress().length))
                    .sorted((one, other) -> Boolean.compare(other.v4(), one.v4()))
                    .map(Cidr::addressText)
                    .findFirst();
        } catch (SocketException e) {
            return Optional.empty();
        }
    }

    private static boolean isUp(NetworkInterface link) {
        try {
            return link.isUp() && !link.isLoopback() && !link.isPointToPoint();
        } catch (SocketException e) {
            return false; // it went in the meantime
        }
    }

    /// An endpoint: IPv6 in brackets.
    public static String endpoint(String host, int port) {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    /// An address as people write it.
    static String text(InetAddress address) {
        return Cidr.of(address, 8 * address.getAddress().length).addressText();
    }
}
