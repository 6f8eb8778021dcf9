package dev.sekisho.control.tunnel;

import dev.sekisho.policy.Cidr;
import dev.sekisho.tun.LinkException;
import dev.sekisho.tun.Links;
import dev.sekisho.tun.Rule;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/// Makes the host take every packet that comes in by the hand-off device for its own, whatever its destination, so that
/// transparent listeners answer in the destination's name; and takes that back. One owner thread.
///
/// As commands, for a device `sk0h`:
///
/// ```text
/// ip address add 192.0.0.8/32 dev sk0h
/// echo 2 > /proc/sys/net/ipv4/conf/sk0h/rp_filter
/// ip route add local default dev lo table IN    ; ip rule add iif sk0h lookup IN priority 518
/// ip route add default dev sk0h table OUT       ; ip rule add oif sk0h lookup OUT priority 518
/// ip -6 ...                                       the same for IPv6
/// ```
///
/// A listener bound to the device, so that nobody reaches it from elsewhere, answers through the device: its frames are
/// read there and sent to the peer. IPv6 answers only where a route leads through the device, hence the second table. A
/// listener that is not bound answers by the route to the peer's address.
///
/// The tables' numbers come from the device's name, so what a killed process left behind is recognised and replaced. A
/// table in which somebody else has a default route is refused.
public final class HandOffRoutes implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(HandOffRoutes.class.getName());

    /// Before all other rules but that of the kernel's `local` table: they match only the hand-off device, so they take
    /// nothing from anybody, and a VPN client's own rules (from 5000 on) must not catch its packets first.
    static final int PRIORITY = 518;

    /// The upper half of the table numbers; people and other programs number their tables from the lower end.
    private static final int UPPER_HALF = 0x8000_0000;

    /// The address of nodes that have none. With a reverse path filter the kernel drops all that comes in by an
    /// interface without an address. Source: RFC 7600 section 4.8, IANA special-purpose registry.
    private static final InetAddress DUMMY_ADDRESS = Cidr.parseAddress("192.0.0.8");

    private static final int MAX_LEFT_OVERS = 100;
    private static final Cidr ALL_V4 = Cidr.parse("0.0.0.0/0");
    private static final Cidr ALL_V6 = Cidr.parse("::/0");

    private final Links links;
    private final String interfaceName;
    private final int index;
    private final Undo undo = new Undo();

    private HandOffRoutes(Links links, String interfaceName) {
        this.links = links;
        this.interfaceName = interfaceName;
        this.index = links.index(interfaceName);
    }

    /// Sets the routing up for a device that is up.
    /// On failure everything made so far is taken back.
    ///
    /// @param v6 whether the host has IPv6; else nothing of it is touched
    /// @throws LinkException when the kernel refuses
    /// @throws TunnelException when the reverse path filter can't be set
    public static HandOffRoutes open(Links links, HostSettings host, String interfaceName, boolean v6) {
        HandOffRoutes routes = new HandOffRoutes(links, interfaceName);
        try {
            host.acceptAsymmetricSources(interfaceName);
            routes.addAddress();
            routes.add(ALL_V4);
            if (v6) {
                routes.add(ALL_V6);
            }
            return routes;
        } catch (RuntimeException e) {
            routes.close();
            throw e;
        }
    }

    /// Routing table of what comes in by a hand-off device, an even unsigned int.
    static int incomingTable(String interfaceName) {
        CRC32 crc = new CRC32();
        crc.update(interfaceName.getBytes(StandardCharsets.UTF_8));
        return ((int) crc.getValue() | UPPER_HALF) & ~1;
    }

    /// Routing table of what sockets bound to the device send, the next number.
    static int outgoingTable(String interfaceName) {
        return incomingTable(interfaceName) | 1;
    }

    private void addAddress() {
        links.addAddress(index, DUMMY_ADDRESS, Integer.SIZE);
        undo.push("address of " + interfaceName, () -> ifThere(this::removeAddress));
    }

    private void removeAddress() {
        if (links.exists(interfaceName)) {
            links.removeAddress(index, DUMMY_ADDRESS, Integer.SIZE);
        }
    }

    /// First a route, then the rule that leads there: a packet never finds an empty table.
    private void add(Cidr all) {
        int incoming = incomingTable(interfaceName);
        int outgoing = outgoingTable(interfaceName);
        Runnable deleteLocalRoute = () -> links.deleteLocalRoute(all.address(), 0, incoming);
        if (ifThere(deleteLocalRoute)) {
            LOG.log(Level.INFO, "a route for {0} was left by a killed process; removed", interfaceName);
        }
        links.addLocalRoute(all.address(), 0, incoming);
        undo.push("local route " + all, () -> ifThere(deleteLocalRoute));
        add(Rule.incoming(all.v4(), interfaceName, incoming, PRIORITY));
        links.addRoute(all.address(), 0, index, outgoing);
        undo.push("route " + all, () -> ifThere(() -> links.deleteRoute(all.address(), 0, index, outgoing)));
        add(Rule.outgoing(all.v4(), interfaceName, outgoing, PRIORITY));
    }

    private void add(Rule rule) {
        Runnable delete = () -> links.deleteRule(rule);
        for (int left = 0; left < MAX_LEFT_OVERS && ifThere(delete); left++) {
            LOG.log(Level.INFO, "a routing rule for {0} was left by a killed process; removed", interfaceName);
        }
        links.addRule(rule);
        undo.push("routing rule", () -> ifThere(delete));
    }

    /// Whether what the removal is about was there.
    private static boolean ifThere(Runnable removal) {
        try {
            removal.run();
            return true;
        } catch (LinkException e) {
            if (e.reason() != LinkException.Reason.MISSING) {
                throw e;
            }
            return false;
        }
    }

    /// Takes everything back; what is gone already is no news. The device itself is its owner's.
    @Override
    public void close() {
        undo.close();
    }
}
