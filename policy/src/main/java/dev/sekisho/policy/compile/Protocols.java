package dev.sekisho.policy.compile;

import dev.sekisho.policy.IpResource;
import dev.sekisho.policy.PortSet;

/// The IP protocol numbers that a grant can open. Source: IANA "Protocol Numbers".
final class Protocols {
    static final int ICMP = 1;
    static final int TCP = 6;
    static final int UDP = 17;
    static final int ICMPV6 = 58;

    private Protocols() {}

    /// Whether grants speak of `protocol` in a packet of this family at all; an ICMP of the other family
    /// is none.
    static boolean isKnown(int protocol, boolean v4) {
        return protocol == TCP || protocol == UDP || protocol == (v4 ? ICMP : ICMPV6);
    }

    /// Whether a known protocol has such a port at all. Port 0 is ping, never a TCP or UDP port.
    static boolean isPort(int protocol, int port) {
        return port != 0 || (protocol != TCP && protocol != UDP);
    }

    /// Whether a resource opens a port of a known protocol. Port 0 is ping, never a TCP or UDP port.
    static boolean opens(IpResource resource, int protocol, int port) {
        PortSet ports = resource.ports();
        return switch (protocol) {
            case TCP -> port != 0 && resource.transport().includesTcp() && ports.contains(port);
            case UDP -> port != 0 && resource.transport().includesUdp() && ports.contains(port);
            default -> ports.containsPing();
        };
    }

    /// Its name in sentences.
    static String name(int protocol) {
        return switch (protocol) {
            case TCP -> "tcp";
            case UDP -> "udp";
            case ICMP, ICMPV6 -> "ping";
            default -> "protocol " + protocol;
        };
    }
}
