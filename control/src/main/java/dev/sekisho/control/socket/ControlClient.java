package dev.sekisho.control.socket;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Predicate;

/// Talks to a running checkpoint. One owner thread.
public final class ControlClient implements AutoCloseable {
    private static final Gson GSON = new Gson();

    private final SocketChannel connection;
    private final OutputStream out;
    private final BufferedReader in;

    private ControlClient(SocketChannel connection) {
        this.connection = connection;
        this.out = Channels.newOutputStream(connection);
        this.in =
                new BufferedReader(new InputStreamReader(Channels.newInputStream(connection), StandardCharsets.UTF_8));
    }

    /// Connects.
    ///
    /// @throws IOException when nobody answers at the socket, or this user may not ask
    public static ControlClient connect(Path socket) throws IOException {
        return new ControlClient(SocketChannel.open(UnixDomainSocketAddress.of(socket)));
    }

    /// A request with these keys and values in turn.
    public static JsonObject request(String verb, String... keysAndValues) {
        JsonObject request = new JsonObject();
        request.addProperty("verb", verb);
        for (int i = 0; i < keysAndValues.length; i += 2) {
            request.addProperty(keysAndValues[i], keysAndValues[i + 1]);
        }
        return request;
    }

    /// Asks and waits for the answer.
    ///
    /// @throws ControlException when the answer is an error
    public JsonObject ask(JsonObject request) throws IOException {
        out.write((GSON.toJson(request) + "\n").getBytes(StandardCharsets.UTF_8));
        JsonObject answer = read();
        if (answer.has("error")) {
            throw new ControlException(answer.get("error").getAsString());
        }
        return answer;
    }

    /// Follows the events until `sink` says false or the other side hangs up.
    ///
    /// @param started called when nothing that happens from now on is missed
    /// @throws ControlException when we were too slow and are dropped
    public void follow(Runnable started, Predicate<JsonObject> sink) throws IOException {
        ask(request("follow"));
        started.run();
        String line = in.readLine();
        while (line != null) {
            JsonObject event = parse(line);
            if (event.has("notice")) {
                throw new ControlException(event.get("notice").getAsString());
            }
            if (!sink.test(event)) {
                return;
            }
            line = in.readLine();
        }
    }

    private JsonObject read() throws IOException {
        String line = in.readLine();
        if (line == null) {
            throw new ControlException("the running sekisho hung up");
        }
        return parse(line);
    }

    private static JsonObject parse(String line) {
        try {
            return GSON.fromJson(line, JsonObject.class);
        } catch (JsonParseException e) {
            throw new ControlException("the running sekisho speaks another protocol");
        }
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
