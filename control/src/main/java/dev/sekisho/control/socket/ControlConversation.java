package dev.sekisho.control.socket;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import dev.sekisho.control.flows.EventJson;
import dev.sekisho.control.local.LineReader;
import dev.sekisho.dataplane.flow.CheckpointEvent;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// One connection of the control socket: a line in, a line out, until the client leaves. One owner thread.
///
/// `{"verb": "follow"}` is answered by `{"following": true}` and then by every event until the client
/// leaves; a client that doesn't keep up gets `{"notice": ...}` and is dropped.
final class ControlConversation {
    /// Bytes of a request.
    static final int MAX_LINE_BYTES = 16 * 1024;

    private static final System.Logger LOG = System.getLogger(ControlConversation.class.getName());

    /// How often a follower whose line is silent is looked at.
    private static final long WAIT_MILLIS = 1_000;

    private static final Gson GSON = new GsonBuilder()
            .disableHtmlEscaping()
            .setStrictness(Strictness.STRICT)
            .create();

    private final SocketChannel connection;
    private final UnaryOperator<JsonObject> answers;
    private final Optional<EventHub> hub;
    private final long graceMillis;
    private final OutputStream out;

    /// @param answers a request; thread-safe
    /// @param hub empty = there is nothing to follow
    /// @param graceMillis how long a client may take to read an answer, and a follower that was dropped
    ///     what is left
    ControlConversation(
            SocketChannel connection, UnaryOperator<JsonObject> answers, Optional<EventHub> hub, long graceMillis) {
        this.connection = connection;
        this.answers = answers;
        this.hub = hub;
        this.graceMillis = graceMillis;
        this.out = Channels.newOutputStream(connection);
    }

    void hold() throws IOException {
        LineReader lines = new LineReader(Channels.newInputStream(connection), MAX_LINE_BYTES);
        try {
            while (lines.next()) {
                JsonObject request = lines.isTooLong() ? null : parse(lines);
                if (request == null) {
                    answer(ControlService.error(
                            "a request is one JSON object on one line of at most " + MAX_LINE_BYTES + " bytes"));
                } else if (hub.isPresent()
                        && request.has("verb")
                        && ControlService.text(request, "verb").equals("follow")) {
                    follow(hub.get());
                    return;
                } else {
                    answer(answers.apply(request));
                }
                lines.wipeUsed(); // a code may have been in it
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lines.wipe();
        }
    }

    private static @Nullable JsonObject parse(LineReader lines) {
        try {
            String text = new String(lines.bytes(), lines.start(), lines.end() - lines.start(), StandardCharsets.UTF_8);
            return GSON.fromJson(text, JsonObject.class);
        } catch (JsonParseException | StackOverflowError e) {
            return null;
        }
    }

    private void follow(EventHub events) throws IOException, InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        try (EventHub.Subscription subscription = events.subscribe(() -> closeAfterGrace(done))) {
            JsonObject following = new JsonObject();
            following.addProperty("following", true);
            write(following);
            while (true) {
                CheckpointEvent event = subscription.next(WAIT_MILLIS);
                if (event != null) {
                    write(EventJson.of(event));
                } else if (subscription.isOverflowed()) {
                    JsonObject notice = new JsonObject();
                    notice.addProperty("notice", "dropped: this client reads more slowly than things happen");
                    write(notice);
                    return;
                } else if (isGone()) {
                    return;
                }
            }
        } finally {
            done.countDown();
        }
    }

    /// Whether the client has hung up. A follower has nothing to say, so what there is to read is thrown
    /// away.
    private boolean isGone() throws IOException {
        connection.configureBlocking(false);
        try {
            return connection.read(ByteBuffer.allocate(1_024)) < 0;
        } finally {
            connection.configureBlocking(true);
        }
    }

    /// A client that never reads again would hold its thread in a write for ever.
    private void closeAfterGrace(CountDownLatch done) {
        Thread.ofVirtual().name("control-grace").start(() -> {
            try {
                if (!done.await(graceMillis, TimeUnit.MILLISECONDS)) {
                    connection.close();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (IOException e) {
                LOG.log(Level.DEBUG, "closing a slow client: {0}", e.getMessage());
            }
        });
    }

    /// Who asks and doesn't read would hold one of few slots for ever.
    private void answer(JsonObject json) throws IOException {
        CountDownLatch done = new CountDownLatch(1);
        closeAfterGrace(done);
        try {
            write(json);
        } finally {
            done.countDown();
        }
    }

    private void write(JsonObject json) throws IOException {
        out.write((GSON.toJson(json) + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
