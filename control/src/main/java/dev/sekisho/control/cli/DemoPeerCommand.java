package dev.sekisho.control.cli;

import dev.sekisho.control.demo.DemoPeer;
import dev.sekisho.control.policy.PolicyFile;
import dev.sekisho.control.run.LiveCheckpointOpener;
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
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Parameters;

/// One part in the demo; started by [DemoCommand] only. It ends with its input, so a signal that a terminal sends to
/// everybody leaves the order of the end to the parent.
@Command(name = "demo-peer", hidden = true, description = "One part in the demo.")
final class DemoPeerCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "PART")
    private String part = "";

    @Parameters(index = "1..*", arity = "1..2", paramLabel = "FILE")
    private List<Path> files = new ArrayList<>();

    @Override
    public Integer call() throws IOException, InterruptedException {
        Stop ignored = new Stop();
        StopSignals.install(ignored);
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        DemoPeer peer = new DemoPeer(System.out);
        switch (part) {
            case "server" -> server(peer, commands);
            case "client" -> peer.client(files.getFirst(), surroundings(ignored), commands);
            case "target" -> peer.target(files.getFirst(), commands);
            default -> throw new CommandFailure("there is no part '" + part + "'");
        }
        return ExitCode.OK;
    }

    /// What `sekisho up --policy FILE --state DIR` does, until the input ends.
    private void server(DemoPeer peer, BufferedReader commands) throws IOException, InterruptedException {
        Stop stop = new Stop();
        Thread.ofPlatform().name("demo-input").daemon().start(() -> {
            try {
                commands.readLine();
            } catch (IOException e) {
                System.getLogger(DemoPeerCommand.class.getName()).log(Level.DEBUG, "the parent is gone", e);
            } finally {
                stop.request();
            }
        });
        var opener = new LiveCheckpointOpener(new LinuxPlatform(), new LinuxHost(stop), UapiSockets.SYSTEM);
        new UpRun(opener, stop, peer::up)
                .run(new PolicyFile(files.getFirst(), Optional.empty()), files.getLast(), WorkerCount.DEFAULT);
    }

    private static TunnelSession.Surroundings surroundings(Stop stop) {
        Platform platform = new LinuxPlatform();
        return new TunnelSession.Surroundings(
                new DataPlaneOpener(platform, WorkerCount.DEFAULT),
                platform.links(),
                new LinuxHost(stop),
                UapiSockets.SYSTEM);
    }
}
