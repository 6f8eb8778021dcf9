package dev.sekisho.control.cli;

import dev.sekisho.control.network.UpScript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `sekisho network`: this host as the gateway between the tunnel and the networks behind it.
@Command(
        name = "network",
        description = "Makes this host the gateway to the exposed subnets, or prints the script that does.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {NetworkCommand.Up.class, NetworkCommand.Down.class, NetworkCommand.Script.class})
final class NetworkCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command? up, down or script");
    }

    /// `sekisho network up`
    @Command(
            name = "up",
            description = "Sets forwarding, firewall rules, masquerading and routes. Safe to run twice.",
            mixinStandardHelpOptions = true)
    static final class Up implements Callable<Integer> {
        @Mixin
        private NetworkOptions options = new NetworkOptions();

        @Override
        public Integer call() throws IOException {
            return execute(UpScript.up(options.plan(), options.tool()));
        }
    }

    /// `sekisho network down`
    @Command(name = "down", description = "Takes back what 'network up' did.", mixinStandardHelpOptions = true)
    static final class Down implements Callable<Integer> {
        @Mixin
        private NetworkOptions options = new NetworkOptions();

        @Override
        public Integer call() throws IOException {
            return execute(UpScript.down(options.plan(), options.tool()));
        }
    }

    /// `sekisho network script`
    @Command(
            name = "script",
            description = "Prints the script that 'network up' would run, to read or to keep.",
            mixinStandardHelpOptions = true)
    static final class Script implements Callable<Integer> {
        @Mixin
        private NetworkOptions options = new NetworkOptions();

        @Option(names = "--down", description = "Prints the script of 'network down' instead.")
        private boolean down;

        @Override
        public Integer call() {
            System.out.print(
                    down ? UpScript.down(options.plan(), options.tool()) : UpScript.up(options.plan(), options.tool()));
            System.out.flush();
            return ExitCode.OK;
        }
    }

    /// From a file, since the shell's own input belongs to the programs that it starts.
    private static int execute(String script) throws IOException {
        Path file = Files.createTempFile("sekisho-network", ".sh");
        try {
            Files.writeString(file, script);
            Process shell =
                    new ProcessBuilder("/bin/sh", file.toString()).inheritIO().start();
            int status = shell.waitFor();
            if (status != 0) {
                throw new CommandFailure(
                        "the script ended with status " + status + "; what it does: sekisho network script");
            }
            return ExitCode.OK;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted while the script was running");
        } finally {
            Files.delete(file);
        }
    }
}
