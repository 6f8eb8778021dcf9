package dev.sekisho.it.lab;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// `sekisho up` with its control plane in a namespace: its API and its control socket.
public final class PortalServer implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Pattern PASSWORD = Pattern.compile("one-time password (\\S+)");

    private final String launcher;
    private final Namespace namespace;
    private final Path folder;
    private @Nullable Child process;

    /// @param launcher the path of `./sekisho`
    /// @param folder for the state and cookies
    public PortalServer(String launcher, Namespace namespace, Path folder) {
        this.launcher = launcher;
        this.namespace = namespace;
        this.folder = folder;
    }

    /// Starts it and waits until it says what to open. It may send alerts to this host.
    public void start() {
        start(namespace.command(up()));
    }

    /// As [#start], with a `/run/wireguard` of its own: its tunnel keeps the shipped name, which others may have too.
    public void startApart() {
        String shell = "mkdir -p \"$0\" && mount -t tmpfs none \"$0\" && exec \"$@\"";
        var line = new ArrayList<>(List.of("sh", "-c", shell, "/run/wireguard"));
        line.addAll(up());
        start(namespace.command(line));
    }

    private List<String> up() {
        return List.of(launcher, "up", "--state", folder.resolve("state").toString());
    }

    private void start(Command command) {
        process = command.withEnvironment("SEKISHO_OUTBOUND_ALLOW", "127.0.0.1/32")
                .start();
        process.awaitOutput("Certificate (SHA-256)", START_LIMIT);
    }

    /// The running process.
    public Child process() {
        return Objects.requireNonNull(process, "not started");
    }

    /// The password of the first start.
    public String firstPassword() {
        process().awaitOutput("one-time password", START_LIMIT);
        Matcher matcher = PASSWORD.matcher(process().output());
        if (!matcher.find()) {
            throw new LabException("no password in " + process().output());
        }
        return matcher.group(1);
    }

    /// What came back.
    ///
    /// @param body null for none
    public record Reply(int status, JsonElement body) {
        /// The body of an answer that is a success.
        public JsonObject orThrow() {
            if (status < 200 || status > 299) {
                throw new LabException("answered with " + status + ": " + body);
            }
            return body.isJsonObject() ? body.getAsJsonObject() : new JsonObject();
        }
    }

    /// A request as the host's administrator, with a token of the control socket.
    public Reply asRoot(String interfaceName, String method, String path, String body) {
        JsonObject request = request(method, path, body);
        request.addProperty("token", rootToken(interfaceName));
        return send("root", request);
    }

    /// A request with the cookies of somebody who logged in, or is about to.
    public Reply as(String user, String method, String path, String body) {
        return send(user, request(method, path, body));
    }

    /// A command of the server's administrator on its host, without login.
    public Command command(String... words) {
        var line = new ArrayList<>(List.of(launcher));
        line.addAll(List.of(words));
        line.addAll(List.of("--state", folder.resolve("state").toString()));
        return namespace.command(line);
    }

    private static JsonObject request(String method, String path, String body) {
        JsonObject request = new JsonObject();
        request.addProperty("method", method);
        request.addProperty("path", path);
        if (!body.isEmpty()) {
            request.add("body", JsonParser.parseString(body));
        }
        return request;
    }

    private Reply send(String user, JsonObject request) {
        Path cookies = folder.resolve(user + ".cookies");
        String out = Script.REST
                .in(namespace, folder, cookies.toString())
                .withInput(request.toString())
                .run()
                .orThrow()
                .out();
        JsonObject answer = JsonParser.parseString(out).getAsJsonObject();
        return new Reply(answer.get("status").getAsInt(), answer.get("body"));
    }

    private String rootToken(String interfaceName) {
        Path socket = folder.resolve("state/run/" + interfaceName + ".sock");
        Await.until("the control socket is there", START_LIMIT, () -> Files.exists(socket));
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            channel.write(ByteBuffer.wrap("{\"verb\":\"token\"}\n".getBytes(StandardCharsets.UTF_8)));
            var reader = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
            String line = Objects.requireNonNull(reader.readLine(), "the socket was closed");
            return JsonParser.parseString(line).getAsJsonObject().get("token").getAsString();
        } catch (IOException e) {
            throw new LabException("cannot ask for a token at " + socket, e);
        }
    }

    @Override
    public void close() {
        if (process != null) {
            process.terminate();
            process.close();
        }
    }
}
