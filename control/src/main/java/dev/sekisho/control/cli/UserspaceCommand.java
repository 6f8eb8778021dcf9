package dev.sekisho.control.cli;

import dev.sekisho.control.tunnel.ConfFile;
import dev.sekisho.control.tunnel.DataPlaneOpener;
import dev.sekisho.control.tunnel.OpenDevice;
import dev.sekisho.control.tunnel.Stop;
import dev.sekisho.control.uapi.UapiServer;
import dev.sekisho.control.uapi.UapiSockets;
import dev.sekisho.dataplane.run.DataPlane;
import dev.sekisho.tun.Platform;
import dev.sekisho.tun.linux.LinuxPlatform;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `sekisho userspace NAME`: an interface that is configured through its socket only, like wireguard-go's.
/// The script `sekisho-wg` makes a daemon of it.
@Command(
        name = "userspace",
        hidden = true,
        description = "Runs an unconfigured WireGuard interface; wg configures it. Used by sekisho-wg.",
        mixinStandardHelpOptions = true)
final class UserspaceCommand implements Callable<Integer> {
    /// MTU until somebody sets another: Ethernet's less the tunnel's own bytes.
    private static final int DEFAULT_MTU = 1420;

    @Parameters(index = "0", paramLabel = "NAME", description = "Name of the new interface.")
    private String name = "";

    @Option(names = "--report-ready", description = "Writes 'ready' to standard output once wg can configure it.")
    private boolean reportReady;

    @Mixin
    private WorkerCount workers = new WorkerCount();

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!ConfFile.isInterfaceName(name)) {
            throw new CommandFailure("an interface name is 1 to 15 letters, digits or _=+.-");
        }
        System.Logger log = System.getLogger(UserspaceCommand.class.getName());
        Stop stop = new Stop();
        StopSignals.install(stop);
        Platform platform = new LinuxPlatform();
        if (platform.links().exists(name)) {
            throw new CommandFailure("the interface " + name + " already exists");
        }
        DataPlane.StopReason reason;
        try (OpenDevice device = new DataPlaneOpener(platform, workers.count()).open(name, DEFAULT_MTU);
                UapiServer uapi = UapiServer.open(device, UapiSockets.SYSTEM)) {
            log.log(Level.INFO, "{0}: waiting for configuration", name);
            if (reportReady) {
                System.out.println("ready");
                System.out.flush();
            }
            reason = Foreground.await(device, uapi, stop);
        }
        Foreground.requireHealthy(name, reason);
        return ExitCode.OK;
    }
}
