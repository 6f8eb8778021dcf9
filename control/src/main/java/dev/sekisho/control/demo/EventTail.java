package dev.sekisho.control.demo;

import com.google.gson.JsonObject;
import dev.sekisho.control.socket.ControlClient;
import dev.sekisho.control.socket.ControlException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// Everything that happens on a running checkpoint, from the moment this is opened. One owner thread; a daemon thread
/// reads.
final class EventTail implements AutoCloseable {
    private static final long SLICE_MILLIS = 100;
    private static final long PATIENCE_SECONDS = 15;

    private final ControlClient client;
    private final LinkedBlockingQueue<JsonObject> events = new LinkedBlockingQueue<>();
    private final CountDownLatch following = new CountDownLatch(1);
    private final Thread reader;

    private EventTail(ControlClient client) {
        this.client = client;
        this.reader = Thread.ofPlatform().name("demo-events").daemon().unstarted(this::read);
    }

    /// Connects; nothing that happens afterwards is missed.
    static EventTail open(Path socket, Narrator narrator) throws IOException {
        EventTail tail = new EventTail(ControlClient.connect(socket));
        tail.reader.start();
        try {
            for (long waited = 0; !tail.following.await(SLICE_MILLIS, TimeUnit.MILLISECONDS); waited += SLICE_MILLIS) {
                narrator.requireGoingOn();
                Narrator.require(
                        tail.reader.isAlive() && waited < PATIENCE_SECONDS * 1_000, "the checkpoint tells no events");
            }
            return tail;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DemoException("interrupted");
        }
    }

    /// Waits for the next event of this name; those before it are passed over.
    JsonObject await(String name, Narrator narrator) {
        long start = System.nanoTime();
        try {
            while (true) {
                JsonObject event = events.poll(SLICE_MILLIS, TimeUnit.MILLISECONDS);
                narrator.requireGoingOn();
                if (event != null && event.get("event").getAsString().equals(name)) {
                    return event;
                }
                Narrator.require(
                        System.nanoTime() - start < TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS)
                                && (event != null || reader.isAlive()),
                        "the checkpoint did not tell of any " + name);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DemoException("interrupted");
        }
    }

    private void read() {
        try {
            client.follow(following::countDown, events::add);
        } catch (IOException | ControlException e) {
            following.countDown(); // the owner closed it, or finds that nothing comes
        }
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
