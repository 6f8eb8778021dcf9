package dev.sekisho.control.tunnel;

import dev.sekisho.control.uapi.UapiServer;
import dev.sekisho.control.uapi.UapiSockets;
import dev.sekisho.dataplane.run.DeviceStatus;
import dev.sekisho.dataplane.run.DeviceUpdate;
import dev.sekisho.dataplane.run.PeerUpdate;
import dev.sekisho.dataplane.wire.Endpoint;
import dev.sekisho.policy.Cidr;
import dev.sekisho.tun.Links;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// One tunnel from file to running interface and back. One owner thread; [#device] may be used by others.
///
/// [#up] makes the device, its configuration socket, addresses, link and, for a client, name servers and
/// routes; on any failure everything made so far is taken back. [#close] leaves the host as it was.
public final class TunnelSession implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(TunnelSession.class.getName());

    /// Outer IPv6 header, UDP, data message header and tag. Source: WireGuard paper 5.4.6.
    private static final int OVERHEAD_BYTES = 80;

    private static final int ETHERNET_MTU = 1_500;

    /// Addresses of the documentation ranges: whatever leads there is the default route. Source: RFC 5737,
    /// RFC 3849.
    private static final List<String> SOMEWHERE = List.of("192.0.2.1", "2001:db8::1");

    /// What kind of tunnel it is.
    public enum Role {
        /// Interface, addresses and link; routes are the operator's.
        ENDPOINT,
        /// Like `wg-quick`: also routes and name servers.
        CLIENT
    }

    /// Everything that a session needs from outside.
    ///
    /// @param opener makes the device
    /// @param links network configuration
    /// @param host the rest of the host
    /// @param sockets where the configuration socket goes
    public record Surroundings(DeviceOpener opener, Links links, HostSettings host, UapiSockets sockets) {}

    private final String name;
    private final ConfFile file;
    private final InterfaceSection settings;
    private final Surroundings around;
    private final OpenDevice device;
    private final UapiServer uapi;
    private final Undo undo;
    private boolean closed;

    private TunnelSession(String name, ConfFile file, InterfaceSection settings, Surroundings around, Running running) {
        this.name = name;
        this.file = file;
        this.settings = settings;
        this.around = around;
        this.device = running.device();
        this.uapi = running.uapi();
        this.undo = running.undo();
    }

    private record Running(OpenDevice device, UapiServer uapi, Undo undo) {}

    /// Brings the tunnel up. The device copies the keys in `conf`; the caller wipes them.
    ///
    /// @throws TunnelException or another unchecked exception with a sentence for the operator
    public static TunnelSession up(String name, ConfFile file, TunnelConf conf, Role role, Surroundings around) {
        if (around.links().exists(name)) {
            throw new TunnelException("the interface " + name + " already exists");
        }
        InterfaceSection settings = conf.settings();
        Undo undo = new Undo();
        try {
            runHooks(around.host(), settings.hooks().preUp(), name);
            List<PeerUpdate> peers = resolvePeers(conf.peers(), around.host());
            int mtu = settings.mtu().orElseGet(() -> chooseMtu(peers, around.host()));
            OpenDevice device = around.opener().open(name, mtu);
            undo.push("device", device::close);
            UapiServer uapi = UapiServer.open(device, around.sockets());
            undo.push("configuration socket", uapi::close);
            device.configure(
                    new DeviceUpdate(settings.privateKey(), settings.listenPort(), settings.fwmark(), true, peers));
            int index = around.links().index(name);
            for (InterfaceAddress address : settings.addresses()) {
                around.links().addAddress(index, address.address(), address.prefixLength());
            }
            around.links().up(index);
            if (role == Role.CLIENT) {
                setDns(name, settings, around.host(), undo);
                addRoutes(index, settings, device, around, undo);
            }
            runHooks(around.host(), settings.hooks().postUp(), name);
            return new TunnelSession(name, file, settings, around, new Running(device, uapi, undo));
        } catch (IOException e) {
            undo.close();
            throw new TunnelException(String.valueOf(e.getMessage()), e);
        } catch (RuntimeException e) {
            undo.close();
            throw e;
        }
    }

    /// The running device.
    public OpenDevice device() {
        return device;
    }

    /// The configuration socket; taking it away is a request to stop.
    public UapiServer uapi() {
        return uapi;
    }

    /// Takes the tunnel down.
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            runHooks(around.host(), settings.hooks().preDown(), name);
        } catch (TunnelException e) {
            LOG.log(Level.WARNING, "{0}: {1}", name, e.getMessage());
        }
        save();
        undo.close();
        try {
            runHooks(around.host(), settings.hooks().postDown(), name);
        } catch (TunnelException e) {
            LOG.log(Level.WARNING, "{0}: {1}", name, e.getMessage());
        }
    }

    private void save() {
        if (!settings.saveConfig()) {
            return;
        }
        DeviceStatus status = device.status();
        try {
            ConfWriter.save(file.path(), settings, status);
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.WARNING, "{0} could not be saved: {1}", file.path(), e.getMessage());
        } finally {
            UapiSockets.wipe(status);
        }
    }

    private static void runHooks(HostSettings host, List<String> hooks, String name) {
        for (String hook : hooks) {
            String line = hook.replace("%i", name);
            LOG.log(Level.INFO, "[#] {0}", KeyForm.hidden(line));
            host.runHook(line);
        }
    }

    private static List<PeerUpdate> resolvePeers(List<PeerSection> sections, HostSettings host) {
        EndpointResolver resolver = new EndpointResolver(host);
        List<PeerUpdate> peers = new ArrayList<>(sections.size());
        for (PeerSection section : sections) {
            Optional<Endpoint> endpoint = section.endpoint().map(resolver::resolve);
            peers.add(new PeerUpdate(
                    section.publicKey(),
                    false,
                    false,
                    section.presharedKey(),
                    endpoint,
                    section.persistentKeepaliveSeconds(),
                    true,
                    section.allowedIps(),
                    List.of()));
        }
        return peers;
    }

    /// The largest path MTU to an endpoint, else that of the default route, else Ethernet's; less the
    /// tunnel's own bytes. Source: wg-quick(8), `set_mtu_up`.
    private static int chooseMtu(List<PeerUpdate> peers, HostSettings host) {
        int largest = 0;
        for (PeerUpdate peer : peers) {
            if (peer.endpoint().isPresent()) {
                InetAddress address = peer.endpoint().get().socketAddress().getAddress();
                largest = Math.max(largest, host.pathMtu(address).orElse(0));
            }
        }
        for (String somewhere : SOMEWHERE) {
            if (largest == 0) {
                largest = host.pathMtu(Cidr.parseAddress(somewhere)).orElse(0);
            }
        }
        return (largest == 0 ? ETHERNET_MTU : Math.min(largest, 0xffff)) - OVERHEAD_BYTES;
    }

    private static void setDns(String name, InterfaceSection settings, HostSettings host, Undo undo) {
        if (settings.dnsServers().isEmpty()) {
            return;
        }
        if (host.setDns(name, settings.dnsServers(), settings.dnsSearch())) {
            undo.push("name servers", () -> host.unsetDns(name));
        } else {
            LOG.log(Level.WARNING, "{0}: DNS is ignored: there is no resolvconf on this host", name);
        }
    }

    private static void addRoutes(
            int index, InterfaceSection settings, OpenDevice device, Surroundings around, Undo undo) {
        DeviceStatus status = device.status();
        List<Cidr> allowedIps = new ArrayList<>();
        status.peers().forEach(peer -> allowedIps.addAll(peer.allowedIps()));
        UapiSockets.wipe(status);
        RoutePlan plan =
                RoutePlan.of(allowedIps, settings.addresses(), settings.table().orElse(new RouteTable.Auto()));
        new Routes(around.links(), index, around.host(), undo)
                .apply(plan, status.fwmark(), mark -> device.configure(fwmark(mark)));
    }

    private static DeviceUpdate fwmark(int mark) {
        return new DeviceUpdate(Optional.empty(), OptionalInt.empty(), OptionalInt.of(mark), false, List.of());
    }
}
