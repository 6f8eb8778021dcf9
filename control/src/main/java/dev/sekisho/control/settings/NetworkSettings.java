package dev.sekisho.control.settings;

import dev.sekisho.control.network.Masquerade;
import dev.sekisho.control.network.NetworkPlan;
import dev.sekisho.control.people.NamedRole;
import dev.sekisho.control.policy.MfaSection;
import dev.sekisho.control.policy.NetworkSection;
import dev.sekisho.control.policy.ScanSection;
import dev.sekisho.control.tunnel.InterfaceAddress;
import dev.sekisho.policy.Cidr;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The settings of the network module. Immutable; made by [SettingsCheck] or from the database.
///
/// @param enabled false = nothing listens (product line N13)
/// @param place where the server is in the network
/// @param mfa how long approvals hold
/// @param scan when a device is locked
/// @param enrollmentRoles whose members get a device at the first login (product line P03)
/// @param maxOwnDevices what a user may add (product line P04)
/// @param pendingDevices whether somebody must approve what users add (product line P07)
/// @param version grows with every change
public record NetworkSettings(
        boolean enabled,
        Place place,
        MfaSection mfa,
        ScanSection scan,
        List<NamedRole> enrollmentRoles,
        int maxOwnDevices,
        boolean pendingDevices,
        long version) {
    /// Where the server is.
    ///
    /// @param interfaceName the tunnel's interface
    /// @param publicAddress how clients reach the server; empty = the host's own address
    /// @param addresses the server's own in the tunnel, at least one
    /// @param dns what devices are told; empty = nothing
    /// @param subnets the networks behind the server
    /// @param networkInterfaces one per subnet, or none
    public record Place(
            String interfaceName,
            int listenPort,
            Optional<String> publicAddress,
            List<InterfaceAddress> addresses,
            List<InetAddress> dns,
            int mtu,
            List<Cidr> subnets,
            List<String> networkInterfaces) {
        public Place {
            addresses = List.copyOf(addresses);
            dns = List.copyOf(dns);
            subnets = List.copyOf(subnets);
            networkInterfaces = List.copyOf(networkInterfaces);
        }

        /// The networks of the tunnel.
        public List<Cidr> networks() {
            return addresses.stream().map(InterfaceAddress::network).toList();
        }

        /// What the UP and DOWN scripts are made from.
        public NetworkPlan plan() {
            return new NetworkPlan(
                    interfaceName,
                    NetworkPlan.defaultHandOffInterface(interfaceName),
                    listenPort,
                    networks(),
                    NetworkPlan.exposed(subnets, networkInterfaces),
                    Masquerade.AUTO);
        }
    }

    public NetworkSettings {
        enrollmentRoles = List.copyOf(enrollmentRoles);
    }

    /// What holds until somebody says otherwise. Nothing is exposed.
    public static final NetworkSettings DEFAULT = new NetworkSettings(
            true,
            new Place(
                    "sekisho0",
                    NetworkSection.DEFAULT_LISTEN_PORT,
                    Optional.empty(),
                    List.of(new InterfaceAddress(Cidr.parseAddress("10.66.0.1"), 24)),
                    List.of(),
                    NetworkSection.DEFAULT_MTU,
                    List.of(),
                    List.of()),
            MfaSection.DEFAULT,
            ScanSection.DEFAULT,
            List.of(),
            3,
            false,
            1);

    /// The same as a checkpoint wants it.
    public NetworkSection section() {
        return new NetworkSection(
                enabled,
                place.interfaceName(),
                NetworkPlan.defaultHandOffInterface(place.interfaceName()),
                place.listenPort(),
                place.addresses(),
                place.mtu(),
                Path.of(""),
                place.publicAddress(),
                place.subnets(),
                place.networkInterfaces());
    }

    /// What differs, a line each.
    public List<String> changesTo(NetworkSettings next) {
        List<String> changes = new ArrayList<>();
        change(changes, "enabled", enabled, next.enabled);
        change(changes, "interface", place.interfaceName(), next.place.interfaceName());
        change(changes, "listenPort", place.listenPort(), next.place.listenPort());
        change(changes, "publicAddress", place.publicAddress(), next.place.publicAddress());
        change(changes, "addresses", place.addresses(), next.place.addresses());
        change(changes, "dns", place.dns(), next.place.dns());
        change(changes, "mtu", place.mtu(), next.place.mtu());
        change(changes, "exposedSubnets", place.subnets(), next.place.subnets());
        change(changes, "networkInterfaces", place.networkInterfaces(), next.place.networkInterfaces());
        change(changes, "mfa", mfa, next.mfa);
        change(changes, "scan", scan, next.scan);
        change(changes, "enrollmentRoles", names(enrollmentRoles), names(next.enrollmentRoles));
        change(changes, "maxOwnDevices", maxOwnDevices, next.maxOwnDevices);
        change(changes, "pendingDevices", pendingDevices, next.pendingDevices);
        return changes;
    }

    private static List<String> names(List<NamedRole> roles) {
        return roles.stream().map(NamedRole::name).toList();
    }

    private static void change(List<String> changes, String key, Object before, Object after) {
        if (!before.equals(after)) {
            changes.add(key + ": " + text(before) + " -> " + text(after));
        }
    }

    private static String text(Object value) {
        return value instanceof Optional<?> optional
                ? optional.map(Object::toString).orElse("-")
                : value.toString();
    }
}
