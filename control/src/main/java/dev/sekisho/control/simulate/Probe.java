package dev.sekisho.control.simulate;

import dev.sekisho.policy.Cidr;

/// A destination that is asked for.
///
/// @param high first half of the address
/// @param low second half, IPv4 mapped
/// @param protocol the IP protocol number
/// @param port 0 for ping
record Probe(long high, long low, int protocol, int port) {
    static final int ICMP = 1;
    static final int TCP = 6;
    static final int UDP = 17;
    static final int ICMPV6 = 58;

    /// `10.0.1.5:443/tcp`, `[fd00::5]:53/udp`, `10.0.1.5 by ping`.
    @Override
    public String toString() {
        Cidr host = Cidr.host(high, low);
        String address = host.v4() ? host.addressText() : "[" + host.addressText() + "]";
        return switch (protocol) {
            case TCP -> address + ":" + port + "/tcp";
            case UDP -> address + ":" + port + "/udp";
            case ICMP, ICMPV6 -> host.addressText() + " by ping";
            default -> host.addressText() + " by protocol " + protocol;
        };
    }
}
