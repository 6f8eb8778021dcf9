package dev.sekisho.control.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.sekisho.control.local.LocalServer;
import dev.sekisho.control.show.Palette;
import dev.sekisho.control.socket.ControlClient;
import dev.sekisho.control.socket.ControlSockets;
import dev.sekisho.control.state.StateDirectory;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// What the verbs that talk to a running checkpoint have in common: which one, and how to print.
final class RunningInstance {
    private static final String ROOT = "root";

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec command;

    @Option(
            names = {"-i", "--interface"},
            paramLabel = "NAME",
            description = "The interface of the running checkpoint; not needed when only one runs.")
    private @Nullable String interfaceName;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description = "The state directory that it was started with, when it wasn't the usual one.")
    private @Nullable Path state;

    @Option(names = "--json", description = "Prints the answer as JSON, one object per line.")
    boolean json;

    /// Whether this process runs as root.
    static boolean isRoot() {
        return System.getProperty("user.name", "").equals(ROOT);
    }

    /// Asks the running checkpoint one thing.
    JsonObject ask(JsonObject request) throws IOException {
        try (ControlClient client = connect()) {
            return client.ask(request);
        }
    }

    /// The same, and asks the server itself when no interface is up.
    JsonObject askServer(JsonObject request) throws IOException {
        ControlSockets sockets = sockets();
        if (interfaceName == null && sockets.interfaces().isEmpty() && LocalServer.isLive(sockets.server())) {
            try (ControlClient client = ControlClient.connect(sockets.server())) {
                return client.ask(request);
            }
        }
        return ask(request);
    }

    /// The servers that share the database of the one that runs here; empty for a checkpoint without one.
    Optional<JsonArray> nodes() throws IOException {
        Path server = sockets().server();
        if (!Files.exists(server) || !LocalServer.isLive(server)) {
            return Optional.empty();
        }
        try (ControlClient client = ControlClient.connect(server)) {
            return Optional.ofNullable(
                    client.ask(ControlClient.request("status")).getAsJsonArray("nodes"));
        }
    }

    /// Whether a checkpoint by a policy file is asked, which has no API: the one that is named, or the one that runs
    /// here while no server does.
    boolean isWithoutServer() throws IOException {
        ControlSockets sockets = sockets();
        boolean server = Files.exists(sockets.server()) && LocalServer.isLive(sockets.server());
        return interfaceName != null || (!server && !sockets.interfaces().isEmpty());
    }

    /// The state directory that was named.
    Optional<Path> state() {
        return Optional.ofNullable(state);
    }

    private ControlSockets sockets() {
        Map<String, String> environment = System.getenv();
        Path directory = StateDirectory.chosen(state(), isRoot(), environment);
        return ControlSockets.of(directory, isRoot(), environment);
    }

    ControlClient connect() throws IOException {
        ControlSockets sockets = sockets();
        String name = interfaceName == null ? onlyOne(sockets) : interfaceName;
        try {
            return ControlClient.connect(sockets.socket(name));
        } catch (SocketException e) {
            throw new CommandFailure("no checkpoint answers for the interface " + name + " at " + sockets.socket(name)
                    + ": " + e.getMessage());
        }
    }

    private static String onlyOne(ControlSockets sockets) throws IOException {
        List<String> names = sockets.interfaces();
        if (names.isEmpty()) {
            throw new CommandFailure("no checkpoint is running here (looked in " + sockets.directory()
                    + "): start one with sekisho up, or give --state");
        }
        if (names.size() > 1) {
            throw new CommandFailure(
                    "several checkpoints are running: choose one with --interface (" + String.join(", ", names) + ")");
        }
        return names.getFirst();
    }

    Palette palette() {
        Map<String, String> environment = System.getenv();
        return new Palette(Terminal.wantsColours(environment));
    }

    void print(CharSequence text) {
        command.commandLine().getOut().append(text).flush();
    }
}
