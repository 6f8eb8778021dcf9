package dev.sekisho.control.cli;

import dev.sekisho.control.policy.PolicyFile;
import dev.sekisho.control.run.CheckpointOpener;
import dev.sekisho.control.run.LiveCheckpointOpener;
import dev.sekisho.control.tunnel.ConfFile;
import dev.sekisho.control.tunnel.LinuxHost;
import dev.sekisho.control.tunnel.Stop;
import dev.sekisho.control.uapi.UapiSockets;
import dev.sekisho.tun.linux.LinuxPlatform;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `sekisho up`: a checkpoint by a policy file, without a control plane.
@Command(
        name = "up",
        description = {
            "Runs a checkpoint by a policy file until SIGTERM or Ctrl-C.",
            "The file is read again when it changes; a file with errors changes nothing.",
            "Forwarding and the firewall of this host are set by: sekisho network up."
        },
        mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {
    @Option(
            names = "--policy",
            required = true,
            paramLabel = "FILE",
            description = "The policy file (docs/policy-file.md).")
    private Path policy = Path.of("");

    @Option(
            names = {"-i", "--interface"},
            paramLabel = "NAME",
            description = "Interface name, instead of the one in the file.")
    private @Nullable String interfaceName;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description = "Where locks, the flow log and the control socket are kept, instead of the usual places.")
    private @Nullable Path state;

    @Option(
            names = {"-v", "--verbose"},
            description = "Also logs what is of interest when something goes wrong.")
    private boolean verbose;

    @Mixin
    private WorkerCount workers = new WorkerCount();

    private final @Nullable CheckpointOpener opener;
    private final Stop stop;

    /// On this host, until a signal comes.
    UpCommand() {
        this.opener = null;
        this.stop = new Stop();
    }

    /// @param opener makes the checkpoint
    /// @param stop ends it
    UpCommand(CheckpointOpener opener, Stop stop) {
        this.opener = opener;
        this.stop = stop;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (interfaceName != null && !ConfFile.isInterfaceName(interfaceName)) {
            throw new CommandFailure("an interface name is 1 to 15 letters, digits or _=+.-");
        }
        if (verbose) {
            System.setProperty(ConsoleLoggers.LEVEL_PROPERTY, Level.DEBUG.name());
        }
        new UpRun(opener == null ? onThisHost() : opener, stop, _ -> {})
                .run(
                        new PolicyFile(policy, Optional.ofNullable(interfaceName)),
                        Optional.ofNullable(state),
                        workers.count());
        return ExitCode.OK;
    }

    private CheckpointOpener onThisHost() {
        StopSignals.install(stop);
        return new LiveCheckpointOpener(new LinuxPlatform(), new LinuxHost(stop), UapiSockets.SYSTEM);
    }
}
