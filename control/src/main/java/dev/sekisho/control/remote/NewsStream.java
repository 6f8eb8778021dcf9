package dev.sekisho.control.remote;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Live news of a server (`GET /events`), one after the other. One owner thread, which closes it.
///
/// ```
/// id: 1x2y-17
/// event: flow.own
/// data: {"id":"7-opened",...}
///
/// ```
///
/// Source: HTML Standard 9.2.6 "Interpreting an event stream".
public final class NewsStream implements AutoCloseable {
    private static final Gson GSON = new Gson();
    private static final String TOPIC = "event:";
    private static final String DATA = "data:";

    private final BufferedReader lines;

    /// @param in the answer of the server
    NewsStream(InputStream in) {
        this.lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    }

    /// Listens to a server from now on.
    ///
    /// @throws RemoteException when it doesn't let us
    public static NewsStream of(Remote server) {
        return new NewsStream(server.download("GET", "/events", Optional.empty()));
    }

    /// Something that happened.
    ///
    /// @param topic such as `flow.own`
    public record News(String topic, JsonObject data) {}

    /// Waits for the next; empty when the stream has ended.
    ///
    /// @throws RemoteException when the connection breaks off, or this is no stream of news
    public Optional<News> next() {
        String topic = "";
        String data = "";
        try {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(TOPIC)) {
                    topic = line.substring(TOPIC.length()).strip();
                } else if (line.startsWith(DATA)) {
                    data += line.substring(DATA.length());
                } else if (line.isEmpty() && !topic.isEmpty()) {
                    return Optional.of(new News(topic, parse(data)));
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            throw new RemoteException("the server does not answer any more: " + e.getMessage(), e);
        }
    }

    /// What is no object says nothing but its topic.
    private static JsonObject parse(String data) {
        try {
            return GSON.fromJson(data, JsonElement.class) instanceof JsonObject object ? object : new JsonObject();
        } catch (JsonParseException e) {
            throw new RemoteException("the news are no JSON: is this a Sekisho server?", e);
        }
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
