package dev.sekisho.control.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import dev.sekisho.control.server.Server;
import dev.sekisho.control.server.ServerOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import picocli.CommandLine;

/// A command line on a host with whole servers on loopback, each with a state directory of its own. Owner: one test,
/// which closes it.
final class HostLine implements AutoCloseable {
    /// What a command did.
    record Done(int code, String out, String err) {
        JsonObject json() {
            return Objects.requireNonNull(new Gson().fromJson(out, JsonObject.class));
        }
    }

    /// What the commands see.
    final Map<String, String> environment = new HashMap<>();

    private final Path directory;
    private final InputStream stdin = System.in;
    private final List<Server> servers = new ArrayList<>();
    private Path state;

    private HostLine(Path directory, Path state) {
        this.directory = directory;
        this.state = state;
    }

    /// A host whose server runs.
    static HostLine start(Path directory) throws IOException {
        HostLine host = new HostLine(directory, ownDirectory(directory, "state"));
        host.environment.put("HOME", directory.resolve("home").toString());
        host.startServer();
        return host;
    }

    private static Path ownDirectory(Path directory, String name) throws IOException {
        return Files.createDirectory(
                directory.resolve(name),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    /// The server of the state directory.
    void startServer() {
        ServerOptions options = new ServerOptions(
                state,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                false,
                List.of(),
                Optional.empty());
        servers.add(Server.start(() -> options, InstantSource.system()));
    }

    /// The server that was started first of those that run.
    Server server() {
        return servers.getFirst();
    }

    void stopServer() {
        servers.removeFirst().close();
    }

    /// The state directory that commands are about.
    Path state() {
        return state;
    }

    /// Another state directory, empty.
    void moveTo(String name) throws IOException {
        state = ownDirectory(directory, name);
    }

    /// Runs a command of the host's administrator.
    Done run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--state");
        all.add(state.toString());
        return plain(all.toArray(String[]::new));
    }

    /// The same with something on standard input.
    Done typing(String text, String... arguments) {
        type(text);
        return run(arguments);
    }

    /// What the next command finds on standard input.
    void type(String text) {
        System.setIn(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    /// Runs a command as it stands.
    Done plain(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = Main.commandLine(environment);
        line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        int code = line.execute(arguments);
        return new Done(code, out.toString(), err.toString());
    }

    /// One that has worked.
    static Done ok(Done done) {
        assertThat(done.code()).as(done.err()).isZero();
        return done;
    }

    @Override
    public void close() {
        servers.forEach(Server::close);
        System.setIn(stdin);
    }
}
