package dev.sekisho.control.run;

import dev.sekisho.control.policy.NetworkSection;
import dev.sekisho.control.policy.PolicyFile;
import dev.sekisho.control.traffic.TrafficMeter;
import dev.sekisho.control.tunnel.HandOffRoutes;
import dev.sekisho.control.tunnel.HostSettings;
import dev.sekisho.control.tunnel.InterfaceAddress;
import dev.sekisho.control.tunnel.TunnelException;
import dev.sekisho.control.tunnel.Undo;
import dev.sekisho.control.uapi.UapiServer;
import dev.sekisho.control.uapi.UapiSockets;
import dev.sekisho.dataplane.flow.CheckpointEvent;
import dev.sekisho.dataplane.flow.LockReason;
import dev.sekisho.dataplane.run.DataPlane;
import dev.sekisho.dataplane.run.DataPlaneOptions;
import dev.sekisho.dataplane.run.Guard;
import dev.sekisho.policy.DeviceId;
import dev.sekisho.tun.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Opens checkpoints on this host: the tunnel's interface, the one for hand-off, their addresses and routes, and the
/// configuration socket that `wg` talks to.
///
/// @param platform the operating system
/// @param host the rest of the host
/// @param sockets where the configuration socket goes
public record LiveCheckpointOpener(Platform platform, HostSettings host, UapiSockets sockets)
        implements CheckpointOpener {
    private static final Path IPV6 = Path.of("/proc/sys/net/ipv6");

    @Override
    public OpenCheckpoint open(
            PolicyFile.Content content,
            Supplier<Map<DeviceId, LockReason>> locks,
            int workers,
            Consumer<CheckpointEvent> listener) {
        NetworkSection network = content.network();
        String name = network.interfaceName();
        String handOff = network.handOffInterface();
        for (String wanted : new String[] {name, handOff}) {
            if (platform.links().exists(wanted)) {
                throw new TunnelException("the interface " + wanted + " already exists");
            }
        }
        Undo undo = new Undo();
        try {
            DataPlane plane = DataPlane.open(
                    DataPlaneOptions.of(name).withMtu(network.mtu()).withWorkers(workers),
                    Optional.of(Guard.of(Optional.of(handOff), listener)),
                    platform);
            undo.push("interfaces", plane::close);
            UapiServer uapi = UapiServer.open(plane, sockets);
            undo.push("configuration socket", uapi::close);
            TrafficMeter meter = TrafficMeter.start(plane::traffic);
            undo.push("traffic meter", meter::close);
            LiveCheckpoint checkpoint = new LiveCheckpoint(plane, meter, locks, undo);
            checkpoint.enforce(content);
            int index = platform.links().index(name);
            for (InterfaceAddress address : network.addresses()) {
                platform.links().addAddress(index, address.address(), address.prefixLength());
            }
            platform.links().up(platform.links().index(handOff));
            HandOffRoutes routes = HandOffRoutes.open(platform.links(), host, handOff, Files.exists(IPV6));
            undo.push("hand-off routes", routes::close);
            platform.links().up(index);
            return checkpoint;
        } catch (IOException e) {
            undo.close();
            throw new TunnelException(String.valueOf(e.getMessage()), e);
        } catch (RuntimeException e) {
            undo.close();
            throw e;
        }
    }
}
