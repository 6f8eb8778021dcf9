package dev.sekisho.control.demo;

import dev.sekisho.control.show.Palette;
import dev.sekisho.control.socket.ControlClient;
import dev.sekisho.control.socket.ControlSockets;
import dev.sekisho.control.tunnel.Stop;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// The demo from start to end, in the parent process. One owner thread.
public final class Demo {
    private static final Path TUN = Path.of("/dev/net/tun");

    private final String launcher;
    private final int mebibytes;
    private final Narrator narrator;

    /// @param launcher the script that starts our JVMs
    /// @param mebibytes size of the file, MiB
    /// @param out where the story is told
    /// @param palette colours
    /// @param stop asks for an early end
    public Demo(String launcher, int mebibytes, PrintStream out, Palette palette, Stop stop) {
        this.launcher = launcher;
        this.mebibytes = mebibytes;
        this.narrator = new Narrator(out, palette, stop);
    }

    /// Says what is missing on this host.
    ///
    /// @param isRoot whether the process runs as root
    /// @throws DemoException when the demo can't run here
    public static void check(boolean isRoot) {
        if (!isRoot) {
            throw new DemoException("the demo makes network namespaces, which needs root: sudo ./sekisho demo");
        }
        if (!Files.exists(TUN)) {
            throw new DemoException(TUN + " is missing: load the module with 'modprobe tun', or start the container"
                    + " with --device /dev/net/tun --cap-add NET_ADMIN --cap-add SYS_ADMIN");
        }
        Ip.run("-V");
    }

    /// Runs it. Everything is removed again, however it ends.
    ///
    /// @throws DemoException when a step was not seen to work
    public void run() throws IOException {
        long start = System.nanoTime();
        narrator.say("Sekisho demo: a client, the server and a target in three network namespaces of this host");
        narrator.say("");
        long pid = ProcessHandle.current().pid();
        try (DemoFiles files = DemoFiles.create(pid);
                DemoNetwork network = DemoNetwork.create(pid)) {
            narrator.step("three namespaces in a row, joined by veth pairs", start);
            run(files, network);
        }
        narrator.say("");
        narrator.step("everything is removed again; the whole demo", start);
    }

    private void run(DemoFiles files, DemoNetwork network) throws IOException {
        long start = System.nanoTime();
        Path state = files.state();
        try (DemoChild server = DemoChild.start(
                        "server", network.server(), launcher, files.policy().toString(), state.toString());
                DemoChild client = DemoChild.start(
                        "client", network.client(), launcher, files.clientConf().toString());
                DemoChild target = DemoChild.start(
                        "target", network.target(), launcher, files.payload().toString())) {
            target.expect("up");
            server.expect("up");
            narrator.step(
                    "checkpoint is up (sekisho up --policy policy.yaml): UDP port " + DemoFiles.PORT + ", address "
                            + DemoNetwork.SERVER_INSIDE,
                    start);
            client.expect("up");
            narrator.step(
                    "client is up: " + DemoFiles.DEVICE + " of " + DemoFiles.USER + ", address "
                            + DemoNetwork.CLIENT_INSIDE,
                    start);
            Path socket = ControlSockets.of(state, true, Map.of()).socket(files.interfaceName());
            try (ControlClient control = ControlClient.connect(socket);
                    EventTail events = EventTail.open(socket, narrator)) {
                Scenes scenes = new Scenes(client, target, new Verbs(control, narrator), events, narrator);
                scenes.traffic(mebibytes);
                scenes.heldUntilApproved(files.totp());
                scenes.explained();
                scenes.scanLocksTheDevice();
                scenes.unlocked();
            }
        }
    }
}
