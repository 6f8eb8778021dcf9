package dev.sekisho.control.cli;

import dev.sekisho.control.policy.PolicyFile;
import dev.sekisho.control.run.CheckpointOpener;
import dev.sekisho.control.run.LiveCheckpointOpener;
import dev.sekisho.control.server.ServerConfig;
import dev.sekisho.control.server.ServerOptions;
import dev.sekisho.control.state.StateDirectory;
import dev.sekisho.control.tunnel.ConfFile;
import dev.sekisho.control.tunnel.LinuxHost;
import dev.sekisho.control.tunnel.Stop;
import dev.sekisho.control.uapi.UapiSockets;
import dev.sekisho.tun.linux.LinuxPlatform;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `sekisho up`: the server; with `--policy` a checkpoint by a policy file, without a control plane.
@Command(
        name = "up",
        description = {
            "Runs the server until SIGTERM or Ctrl-C: portal, API and checkpoint (docs/running.md).",
            "SIGHUP reads certificate, places and configuration again.",
            "With --policy it runs a checkpoint by a policy file alone, without portal and API;",
            "that file is read again when it changes, and one with errors changes nothing.",
            "Forwarding and the firewall of this host are set by: sekisho network up."
        },
        mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {
    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description = "A policy file (docs/policy-file.md), instead of portal and API.")
    private @Nullable Path policy;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The configuration (default: /etc/sekisho/sekisho.yaml, if it is there).")
    private @Nullable Path config;

    @Option(
            names = "--listen",
            paramLabel = "ADDRESS:PORT",
            description = "Where HTTPS listens (default: 0.0.0.0:8443).")
    private @Nullable String listen;

    @Option(names = "--no-tun", description = "Portal and API only: no tunnel on this host.")
    private boolean noTun;

    @Option(
            names = "--places",
            paramLabel = "FILE",
            description = "A database of places (.mmdb), by which people see where somebody asks from.")
    private @Nullable Path places;

    @Option(
            names = {"-i", "--interface"},
            paramLabel = "NAME",
            description = "With --policy: interface name, instead of the one in the file.")
    private @Nullable String interfaceName;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description = "Where database, certificate, locks and logs are kept, instead of the usual places.")
    private @Nullable Path state;

    @Option(
            names = {"-v", "--verbose"},
            description = "Also logs what is of interest when something goes wrong.")
    private boolean verbose;

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Mixin
    private WorkerCount workers = new WorkerCount();

    private final @Nullable CheckpointOpener opener;
    private final Stop stop;
    private final Map<String, String> environment;

    /// On this host, until a signal comes.
    UpCommand() {
        this.opener = null;
        this.stop = new Stop();
        this.environment = System.getenv();
    }

    /// @param opener makes the checkpoint
    /// @param stop ends it
    /// @param environment of this process
    UpCommand(CheckpointOpener opener, Stop stop, Map<String, String> environment) {
        this.opener = opener;
        this.stop = stop;
        this.environment = environment;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        requireOneMode();
        if (interfaceName != null && !ConfFile.isInterfaceName(interfaceName)) {
            throw new CommandFailure("an interface name is 1 to 15 letters, digits or _=+.-");
        }
        if (verbose) {
            System.setProperty(ConsoleLoggers.LEVEL_PROPERTY, Level.DEBUG.name());
        }
        if (policy == null) {
            new ServerRun(spec.commandLine().getOut(), stop, reload -> StopSignals.install(stop, reload))
                    .run(this::serverOptions);
            return ExitCode.OK;
        }
        new UpRun(opener == null ? onThisHost() : opener, stop, _ -> {})
                .run(
                        new PolicyFile(policy, Optional.ofNullable(interfaceName)),
                        StateDirectory.chosen(Optional.ofNullable(state), RunningInstance.isRoot(), environment),
                        workers.count());
        return ExitCode.OK;
    }

    private void requireOneMode() {
        if (policy != null && (config != null || listen != null || noTun || places != null)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--config, --listen, --no-tun and --places are for the server, which --policy does not start");
        }
        if (policy == null && interfaceName != null) {
            throw new ParameterException(
                    spec.commandLine(), "--interface goes with --policy; the server has it among its settings");
        }
    }

    private ServerOptions serverOptions() {
        Map<String, String> options = new HashMap<>();
        if (listen != null) {
            options.put("listen", listen);
        }
        if (state != null) {
            options.put("state", state.toString());
        }
        if (places != null) {
            options.put("places", places.toString());
        }
        if (noTun) {
            options.put("tunnel", "false");
        }
        return ServerConfig.read(
                Optional.ofNullable(config),
                environment,
                options,
                StateDirectory.standard(RunningInstance.isRoot(), environment));
    }

    private CheckpointOpener onThisHost() {
        StopSignals.install(stop);
        return new LiveCheckpointOpener(new LinuxPlatform(), new LinuxHost(stop), UapiSockets.SYSTEM);
    }
}
