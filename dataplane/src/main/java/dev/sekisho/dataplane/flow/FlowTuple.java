package dev.sekisho.dataplane.flow;

import dev.sekisho.dataplane.wire.Endpoint;

/// Who talks to whom in a flow; the source is the side that opened it. Immutable.
///
/// Addresses are 16 bytes, big-endian, in two longs; IPv4 is mapped, as in [dev.sekisho.policy.Cidr].
///
/// @param sourceHigh first eight bytes of the source address
/// @param sourceLow last eight bytes of the source address
/// @param sourcePort 0..65535; the identifier of an ICMP echo
/// @param destinationHigh first eight bytes of the destination address
/// @param destinationLow last eight bytes of the destination address
/// @param destinationPort 0..65535; 0 for an ICMP echo
/// @param protocol number of the IP protocol: 6 TCP, 17 UDP, 1 ICMP, 58 ICMPv6
public record FlowTuple(
        long sourceHigh,
        long sourceLow,
        int sourcePort,
        long destinationHigh,
        long destinationLow,
        int destinationPort,
        int protocol) {
    private static final int ICMP = 1;
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int ICMPV6 = 58;

    /// `10.66.0.2:40000 > 10.0.1.5:443/tcp`, IPv6 addresses in brackets; without ports where the protocol
    /// has none: `10.66.0.2 > 10.0.1.5/icmp`.
    @Override
    public String toString() {
        return side(sourceHigh, sourceLow, sourcePort)
                + " > "
                + side(destinationHigh, destinationLow, destinationPort)
                + "/"
                + protocolName();
    }

    private String side(long high, long low, int port) {
        String text = Endpoint.of(high, low, port, 0, 0, 0, 0).toString();
        return protocol == TCP || protocol == UDP ? text : text.substring(0, text.lastIndexOf(':'));
    }

    private String protocolName() {
        return switch (protocol) {
            case TCP -> "tcp";
            case UDP -> "udp";
            case ICMP -> "icmp";
            case ICMPV6 -> "icmp6";
            default -> "protocol-" + protocol;
        };
    }
}
