package dev.sekisho.control.cli;

import com.google.gson.JsonObject;
import dev.sekisho.control.remote.Login;
import dev.sekisho.control.remote.Pin;
import dev.sekisho.control.remote.Remote;
import dev.sekisho.control.show.Palette;
import dev.sekisho.control.socket.ControlClient;
import dev.sekisho.control.socket.ControlSockets;
import dev.sekisho.control.state.StateDirectory;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which server a verb of the API talks to, and as whom: what the environment says, else the server on this host as its
/// administrator, else the one that `sekisho login` has kept.
final class ServerChoice {
    @Option(
            names = "--state",
            paramLabel = "DIR",
            description = "The state directory of the server on this host, when it isn't the usual one.")
    private @Nullable Path state;

    @Option(names = "--json", description = "Prints the answer as one JSON object.")
    boolean json;

    private final Map<String, String> environment;

    ServerChoice() {
        this(System.getenv());
    }

    /// @param environment of this process
    ServerChoice(Map<String, String> environment) {
        this.environment = environment;
    }

    /// One that is made by a command with options of its own.
    static ServerChoice at(Optional<Path> state, Map<String, String> environment) {
        ServerChoice choice = new ServerChoice(environment);
        choice.state = state.orElse(null);
        return choice;
    }

    /// The server.
    ///
    /// @throws CommandFailure when there is none to talk to
    Remote open() throws IOException {
        return Remote.of(login());
    }

    /// The server on this host, as its administrator.
    ///
    /// @throws CommandFailure when there is none
    Remote openHere() throws IOException {
        return Remote.of(onThisHost(socket()));
    }

    /// What the server on this host says of itself.
    ///
    /// @throws CommandFailure when there is none
    JsonObject here() throws IOException {
        return ask(socket(), "status");
    }

    private Login login() throws IOException {
        Optional<String> url = variable("SEKISHO_URL");
        Optional<String> token = variable("SEKISHO_TOKEN");
        Optional<Login> kept = state == null ? Login.read(Login.standardFile(environment)) : Optional.empty();
        if (state == null && (url.isPresent() || token.isPresent())) {
            return named(url, token, kept);
        }
        Path socket = socket();
        if (state != null || Files.isReadable(socket)) {
            return onThisHost(socket);
        }
        return kept.orElseThrow(() -> new CommandFailure("no server runs here (looked for " + socket
                + "), and you are not logged in to one: sekisho up, or sekisho login https://HOST:8443"));
    }

    private Login named(Optional<String> url, Optional<String> token, Optional<Login> kept) {
        if (url.isEmpty() && kept.isEmpty()) {
            throw new CommandFailure("SEKISHO_TOKEN is set: name its server too, in SEKISHO_URL");
        }
        Login base = url.map(Login::url)
                .map(named -> kept.filter(login -> login.url().equals(named))
                        .orElseGet(() -> new Login(named, Optional.empty(), "")))
                .orElseGet(kept::orElseThrow);
        Optional<Pin> pin =
                variable("SEKISHO_FINGERPRINT").map(ServerChoice::pin).or(base::pin);
        return new Login(base.url(), pin, token.orElseGet(base::token));
    }

    static Pin pin(String text) {
        try {
            return Pin.parse(text);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(e.getMessage() + ", as sekisho up prints it");
        }
    }

    private Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).map(String::strip).filter(text -> !text.isEmpty());
    }

    /// Where the server's own socket is.
    private Path socket() {
        boolean root = RunningInstance.isRoot();
        Path directory = StateDirectory.chosen(Optional.ofNullable(state), root, environment);
        return ControlSockets.of(directory, root, environment).server();
    }

    private static JsonObject ask(Path socket, String verb) throws IOException {
        try (ControlClient client = ControlClient.connect(socket)) {
            return client.ask(ControlClient.request(verb));
        } catch (SocketException e) {
            throw new CommandFailure("no server answers at " + socket + " (" + e.getMessage()
                    + "): start one with sekisho up, or name its" + " directory with --state");
        }
    }

    private static Login onThisHost(Path socket) throws IOException {
        JsonObject answer = ask(socket, "token");
        return new Login(
                Login.url(answer.get("url").getAsString()),
                Optional.of(Pin.ofFile(Path.of(answer.get("certificate").getAsString()))),
                answer.get("token").getAsString());
    }

    Palette palette() {
        return new Palette(Terminal.wantsColours(environment));
    }
}
