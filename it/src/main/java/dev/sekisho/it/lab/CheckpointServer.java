package dev.sekisho.it.lab;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// `sekisho up` in a namespace: its policy file, its state, its commands and its control socket.
public final class CheckpointServer implements AutoCloseable {
    public static final int PORT = 51871;

    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final Duration RELOAD_LIMIT = Duration.ofSeconds(10);

    private final String launcher;
    private final Namespace namespace;
    private final Path folder;
    private final Keys keys = Keys.generate();
    private @Nullable Child process;

    /// @param launcher the path of `./sekisho`
    /// @param folder for the policy file, the key and the state
    public CheckpointServer(String launcher, Namespace namespace, Path folder) {
        this.launcher = launcher;
        this.namespace = namespace;
        this.folder = folder;
        write(folder.resolve("server.key"), keys.privateKey() + "\n");
    }

    public Keys keys() {
        return keys;
    }

    /// The tunnel's interface.
    public String interfaceName() {
        return namespace.name();
    }

    /// Where flows to proxies leave.
    public String handOffInterface() {
        return namespace.name().replace("skit", "skih");
    }

    // ---- the process

    /// Starts it with the policy file as it is and waits until it is up.
    public void start() {
        start("is up");
    }

    /// Starts it and waits until it says this of its interface.
    public void start(String says) {
        process = namespace
                .command(launcher, "up", "--policy", file().toString(), "--state", stateFolder(), "--verbose")
                .start();
        process.awaitOutput(interfaceName() + " " + says, START_LIMIT);
        Await.until("the control socket answers", RELOAD_LIMIT, () -> Files.exists(socket()));
    }

    /// The running process.
    public Child process() {
        return Objects.requireNonNull(process, "not started");
    }

    /// Ends it as an administrator would, and starts it again.
    public void restart() {
        process().terminate();
        start();
    }

    // ---- the policy file

    /// Replaces the policy file by a rename.
    public void policy(String yaml) {
        Path next = folder.resolve("policy.next");
        write(next, yaml);
        try {
            Files.move(next, file(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Replaces the policy file and waits until the new one is in force.
    public void reload(String yaml) {
        long before = version();
        policy(yaml);
        Await.until(() -> "the changed policy is in force; " + ask("status"), RELOAD_LIMIT, () -> version() > before);
    }

    private long version() {
        return ask("status").get("version").getAsLong();
    }

    public Path file() {
        return folder.resolve("policy.yaml");
    }

    // ---- questions

    /// One request on the control socket, whatever the answer.
    public JsonObject ask(String verb, String... keysAndValues) {
        JsonObject request = new JsonObject();
        request.addProperty("verb", verb);
        for (int i = 0; i < keysAndValues.length; i += 2) {
            request.addProperty(keysAndValues[i], keysAndValues[i + 1]);
        }
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
            channel.write(ByteBuffer.wrap((request + "\n").getBytes(StandardCharsets.UTF_8)));
            var reader = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
            return object(Objects.requireNonNull(reader.readLine(), "the socket was closed"));
        } catch (IOException e) {
            throw new LabException("cannot ask " + request + " at " + socket(), e);
        }
    }

    /// The objects in the array `key` of the answer to `verb`.
    public List<JsonObject> list(String verb, String key) {
        JsonObject answer = ask(verb);
        if (!answer.has(key)) {
            throw new LabException("odd answer to " + verb + ": " + answer);
        }
        return answer.getAsJsonArray(key).asList().stream()
                .map(element -> element.getAsJsonObject())
                .toList();
    }

    /// `sekisho words...` for this server, to be run.
    public Command command(String... words) {
        var line = new ArrayList<>(List.of(launcher));
        line.addAll(List.of(words));
        line.addAll(List.of("--state", stateFolder()));
        return namespace.command(line);
    }

    /// What `sekisho words... --json` answers.
    public JsonObject json(String... words) {
        var all = new ArrayList<>(List.of(words));
        all.add("--json");
        return object(command(all.toArray(String[]::new)).run().orThrow().out());
    }

    /// The lines of the flow log that fit, in the order in which things happened.
    public List<JsonObject> logged(Predicate<JsonObject> wanted) {
        try (Stream<Path> files = Files.list(folder.resolve("state/flows"))) {
            List<JsonObject> found = new ArrayList<>();
            // Beside the log lie its index and its sums.
            for (Path file : files.filter(file -> file.toString().endsWith(".jsonl"))
                    .sorted()
                    .toList()) {
                Files.readAllLines(file).stream()
                        .filter(line -> line.endsWith("}")) // the last one may be on its way
                        .map(CheckpointServer::object)
                        .filter(wanted)
                        .forEach(found::add);
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- files

    private String stateFolder() {
        return folder.resolve("state").toString();
    }

    private Path socket() {
        return folder.resolve("state/run/" + interfaceName() + ".sock");
    }

    private static JsonObject object(String text) {
        return JsonParser.parseString(text).getAsJsonObject();
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
    }
}
