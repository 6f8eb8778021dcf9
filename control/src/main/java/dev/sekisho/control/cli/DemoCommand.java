package dev.sekisho.control.cli;

import dev.sekisho.control.demo.Demo;
import dev.sekisho.control.demo.DemoException;
import dev.sekisho.control.show.Palette;
import dev.sekisho.control.tunnel.Stop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/// `sekisho demo`: the whole thing at work, on one host, in seconds.
@Command(
        name = "demo",
        description = {
            "Shows a checkpoint at work on this host alone, in seconds.",
            "Client, server and target are network namespaces: ping, a file, a request that",
            "is held until a second factor, explain, a scan that locks the device.",
            "Needs root and iproute2; leaves nothing behind."
        },
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
    /// Set by the launcher script: itself.
    private static final String LAUNCHER = "SEKISHO_LAUNCHER";

    private static final int MAX_MEBIBYTES = 8 * 1024;

    @Option(
            names = "--mebibytes",
            paramLabel = "MIB",
            description = "Size of the file, 1 to 8192 (default: ${DEFAULT-VALUE}).")
    private int mebibytes = 256;

    @Override
    public Integer call() throws IOException {
        if (mebibytes < 1 || mebibytes > MAX_MEBIBYTES) {
            throw new CommandFailure("--mebibytes is a number from 1 to " + MAX_MEBIBYTES);
        }
        String launcher = System.getenv(LAUNCHER);
        if (launcher == null) {
            throw new CommandFailure("the demo starts further JVMs; run it as: sudo ./sekisho demo");
        }
        Demo.check(isRoot());
        Stop stop = new Stop();
        StopSignals.install(stop);
        try {
            new Demo(launcher, mebibytes, System.out, new Palette(Terminal.wantsColours(System.getenv())), stop).run();
        } catch (DemoException e) {
            if (!stop.isRequested()) {
                throw e;
            }
            System.out.println("  stopped; everything is removed again");
            return ExitCode.SOFTWARE;
        }
        return ExitCode.OK;
    }

    /// Root owns its own entry in `/proc`.
    private static boolean isRoot() throws IOException {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    }
}
