package dev.sekisho.control.cli;

import dev.sekisho.control.tunnel.ConfFile;
import dev.sekisho.control.tunnel.DataPlaneOpener;
import dev.sekisho.control.tunnel.LinuxHost;
import dev.sekisho.control.tunnel.Stop;
import dev.sekisho.control.tunnel.TunnelConf;
import dev.sekisho.control.tunnel.TunnelSession;
import dev.sekisho.control.uapi.UapiSockets;
import dev.sekisho.dataplane.run.DataPlane;
import dev.sekisho.dataplane.run.DeviceStatus;
import dev.sekisho.tun.Platform;
import dev.sekisho.tun.linux.LinuxPlatform;
import java.lang.System.Logger.Level;
import picocli.CommandLine.ExitCode;

/// A tunnel in the foreground, from its file to the signal that ends it.
final class TunnelRun {
    private TunnelRun() {}

    static int run(TunnelArguments arguments, TunnelSession.Role role) throws InterruptedException {
        if (arguments.verbose) {
            System.setProperty(ConsoleLoggers.LEVEL_PROPERTY, Level.DEBUG.name());
        }
        System.Logger log = System.getLogger(TunnelRun.class.getName());
        ConfFile file = ConfFile.find(arguments.file);
        String name = interfaceName(arguments, file);
        Stop stop = new Stop();
        DataPlane.StopReason reason;
        try (TunnelSession session = up(name, file, role, arguments.workers.count(), stop)) {
            log.log(Level.INFO, describe(session.device().status()));
            reason = Foreground.await(session.device(), session.uapi(), stop);
            if (reason == DataPlane.StopReason.DEVICE_REMOVED) {
                log.log(Level.WARNING, "{0}: somebody removed the interface; going down", name);
            } else {
                log.log(Level.INFO, "{0}: going down", name);
            }
        }
        Foreground.requireHealthy(name, reason);
        return ExitCode.OK;
    }

    private static TunnelSession up(String name, ConfFile file, TunnelSession.Role role, int workers, Stop stop) {
        try (TunnelConf conf = file.read()) {
            if (file.isWorldAccessible()) {
                System.getLogger(TunnelRun.class.getName())
                        .log(Level.WARNING, "`{0}'' is world accessible", file.path());
            }
            StopSignals.install(stop);
            Platform platform = new LinuxPlatform();
            var around = new TunnelSession.Surroundings(
                    new DataPlaneOpener(platform, workers), platform.links(), new LinuxHost(stop), UapiSockets.SYSTEM);
            return TunnelSession.up(name, file, conf, role, around);
        }
    }

    private static String interfaceName(TunnelArguments arguments, ConfFile file) {
        if (arguments.interfaceName == null) {
            return file.interfaceName();
        }
        if (!ConfFile.isInterfaceName(arguments.interfaceName)) {
            throw new CommandFailure("an interface name is 1 to 15 letters, digits or _=+.-");
        }
        return arguments.interfaceName;
    }

    private static String describe(DeviceStatus status) {
        StringBuilder text = new StringBuilder(status.interfaceName()).append(" is up: UDP port ");
        text.append(status.listenPort())
                .append(", peers: ")
                .append(status.peers().size());
        status.publicKey().ifPresent(key -> text.append(", public key ").append(key));
        UapiSockets.wipe(status);
        return text.toString();
    }
}
