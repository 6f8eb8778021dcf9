package dev.sekisho.control.resource;

import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.IpResource;
import dev.sekisho.policy.PortSet;
import dev.sekisho.policy.ResourceId;
import dev.sekisho.policy.Transport;
import java.time.Instant;
import java.util.HexFormat;

/// An IP resource as it is kept. Immutable.
///
/// @param terms how it may be requested
/// @param version grows with every change
public record Resource(
        String id, String name, Target target, String description, Terms terms, Instant createdAt, long version) {
    /// What it opens.
    ///
    /// @param decoy whether a touch locks the device
    public record Target(Cidr cidr, PortSet ports, Transport protocol, boolean decoy) {
        /// The short form, as `10.10.0.0/24:443/tcp`; says nothing of decoys.
        public String shortForm() {
            return new IpResource(new ResourceId("-"), cidr, ports, protocol, decoy).shortForm();
        }

        /// A text whose order is that of addresses, IPv4 before IPv6, wide blocks before those inside them.
        public String sortKey() {
            HexFormat hex = HexFormat.of();
            return (cidr.v4() ? "4" : "6")
                    + hex.toHexDigits(cidr.high())
                    + hex.toHexDigits(cidr.low())
                    + hex.toHexDigits((byte) cidr.prefixLength());
        }
    }

    /// A resource with what it opens and no more.
    public record Spot(String id, String name, Target target) {}

    /// The same for the policy.
    public IpResource ip() {
        return new IpResource(new ResourceId(name), target.cidr(), target.ports(), target.protocol(), target.decoy());
    }
}
