package dev.sekisho.control.tunnel;

import dev.sekisho.policy.Cidr;
import java.net.InetAddress;

/// An address of the interface with the length of its network: `Address = 10.0.0.1/24`.
///
/// @param address the interface's own address
/// @param prefixLength 0..32 or 0..128
public record InterfaceAddress(InetAddress address, int prefixLength) {
    /// The network that the address makes directly reachable.
    public Cidr network() {
        return Cidr.of(address, prefixLength);
    }

    @Override
    public String toString() {
        String host = Cidr.of(address, address.getAddress().length * 8).toString();
        return host.substring(0, host.indexOf('/')) + "/" + prefixLength;
    }
}
