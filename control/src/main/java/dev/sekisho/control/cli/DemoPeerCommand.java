package dev.sekisho.control.cli;

import dev.sekisho.control.demo.DemoPeer;
import dev.sekisho.control.tunnel.DataPlaneOpener;
import dev.sekisho.control.tunnel.LinuxHost;
import dev.sekisho.control.tunnel.Stop;
import dev.sekisho.control.tunnel.TunnelSession;
import dev.sekisho.control.uapi.UapiSockets;
import dev.sekisho.tun.Platform;
import dev.sekisho.tun.linux.LinuxPlatform;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Parameters;

/// One side of the demo; started by [DemoCommand] only.
@Command(name = "demo-peer", hidden = true, description = "One side of the demo.")
final class DemoPeerCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "FILE.conf")
    private Path file = Path.of("");

    @Override
    public Integer call() throws IOException {
        Stop stop = new Stop();
        StopSignals.install(stop);
        Platform platform = new LinuxPlatform();
        var around = new TunnelSession.Surroundings(
                new DataPlaneOpener(platform, WorkerCount.DEFAULT),
                platform.links(),
                new LinuxHost(stop),
                UapiSockets.SYSTEM);
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        new DemoPeer(around, System.out).run(file, commands);
        return ExitCode.OK;
    }
}
