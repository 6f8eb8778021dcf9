package dev.sekisho.control.cli;

import dev.sekisho.control.network.FirewallTool;
import dev.sekisho.control.remote.Remote;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// The verbs of `sekisho network` that are about this host as the gateway between the tunnel and the networks behind
/// it:
/// as a policy file or options say, else as the settings of the server say.
final class NetworkCommand {
    private NetworkCommand() {}

    /// Adds them to the noun.
    static void addTo(CommandLine network, Map<String, String> environment) {
        network.addSubcommand(new Up(environment))
                .addSubcommand(new Down(environment))
                .addSubcommand(new Script(environment));
    }

    /// `sekisho network up`
    @Command(
            name = "up",
            description = {
                "Sets forwarding, firewall rules, masquerading and routes. Safe to run twice.",
                "Without --policy or --addresses as the server on this host has it in its settings; then it shows the",
                "script and asks first."
            },
            mixinStandardHelpOptions = true)
    static final class Up extends Change {
        Up(Map<String, String> environment) {
            super(environment, true);
        }
    }

    /// `sekisho network down`
    @Command(
            name = "down",
            description = {
                "Takes back what 'network up' did.",
                "Without --policy or --addresses as the server on this host has it in its settings; then it shows the",
                "script and asks first."
            },
            mixinStandardHelpOptions = true)
    static final class Down extends Change {
        Down(Map<String, String> environment) {
            super(environment, false);
        }
    }

    /// `sekisho network script`
    @Command(
            name = "script",
            description = {
                "Prints the script that 'network up' would run, to read or to keep.",
                "Without --policy or --addresses the server's, of whichever host that is."
            },
            mixinStandardHelpOptions = true)
    static final class Script implements Callable<Integer> {
        @Mixin
        private NetworkOptions options = new NetworkOptions();

        @Mixin
        private ServerChoice choice;

        @Option(names = "--down", description = "Prints the script of 'network down' instead.")
        private boolean down;

        @Spec
        @SuppressWarnings("NullAway.Init") // by picocli
        private CommandSpec spec;

        Script(Map<String, String> environment) {
            choice = new ServerChoice(environment);
        }

        @Override
        public Integer call() throws IOException {
            String script = options.isGiven() ? options.script(!down) : ofServer();
            if (choice.json) {
                spec.commandLine().getOut().println(VerbOutput.object("script", script));
            } else {
                spec.commandLine().getOut().print(script);
            }
            spec.commandLine().getOut().flush();
            return ExitCode.OK;
        }

        private String ofServer() throws IOException {
            try (Remote server = choice.open()) {
                return script(server, !down, options.tool());
            }
        }
    }

    /// What changes this host.
    abstract static class Change implements Callable<Integer> {
        private static final String SURE = "yes";

        @Mixin
        private NetworkOptions options = new NetworkOptions();

        @Mixin
        private ServerChoice choice;

        @Option(names = "--yes", description = "Does not ask.")
        private boolean yes;

        @Spec
        @SuppressWarnings("NullAway.Init") // by picocli
        private CommandSpec spec;

        private final boolean up;

        /// @param up or down
        Change(Map<String, String> environment, boolean up) {
            this.choice = new ServerChoice(environment);
            this.up = up;
        }

        @Override
        public Integer call() throws IOException {
            execute(options.isGiven() ? options.script(up) : agreed());
            if (choice.json) {
                spec.commandLine().getOut().println(VerbOutput.object("done", up ? "up" : "down"));
                spec.commandLine().getOut().flush();
            } else {
                spec.commandLine()
                        .getErr()
                        .println(
                                up
                                        ? "this host is the gateway now; 'sekisho network down' takes it back"
                                        : "this host is no gateway any more");
                spec.commandLine().getErr().flush();
            }
            return ExitCode.OK;
        }

        /// What a server has in its settings others may have typed, and this runs as root.
        private String agreed() throws IOException {
            String script;
            try (Remote server = choice.openHere()) {
                script = script(server, up, options.tool());
            }
            if (yes) {
                return script;
            }
            if (!Typed.isTerminal()) {
                throw new CommandFailure("nothing was done: read what would run with 'sekisho network script"
                        + (up ? "" : " --down") + "', then add --yes");
            }
            spec.commandLine().getErr().print(script);
            spec.commandLine().getErr().flush();
            if (!Typed.line("this runs here as root; type " + SURE + " to go on")
                    .equals(SURE)) {
                throw new CommandFailure("nothing was done");
            }
            return script;
        }
    }

    private static String script(Remote server, boolean up, FirewallTool tool) throws IOException {
        Map<String, String> query = Map.of(
                "direction", up ? "up" : "down", "tool", tool == FirewallTool.IPTABLES ? "iptables" : "nftables");
        try (InputStream in = server.download("GET", "/network/script" + Remote.query(query), Optional.empty())) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /// From a file, since the shell's own input belongs to the programs that it starts.
    private static void execute(String script) throws IOException {
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
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted while the script was running");
        } finally {
            Files.delete(file);
        }
    }
}
