package dev.sekisho.dataplane.flow;

import dev.sekisho.dataplane.wire.Endpoint;

/// A destination that a device tried without success: evidence of a scan. Immutable.
///
/// @param addressHigh first eight bytes of the address (IPv4 mapped, as in [dev.sekisho.policy.Cidr])
/// @param addressLow last eight bytes of the address
/// @param port 0..65535; 0 for an ICMP echo
/// @param epochMillis when it was last tried
public record ScanTarget(long addressHigh, long addressLow, int port, long epochMillis) {
    /// `10.0.1.5:443`, `[fd00::5]:443`.
    @Override
    public String toString() {
        return Endpoint.of(addressHigh, addressLow, port, 0, 0, 0, 0).toString();
    }
}
