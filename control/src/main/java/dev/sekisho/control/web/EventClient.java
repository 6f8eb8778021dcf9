package dev.sekisho.control.web;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One listener of the [EventStream]. Owner: the thread that serves it; [#offer],
/// [#offerFleeting], [#principal] and [#cut] may be called by others.
final class EventClient {
    private static final System.Logger LOG = System.getLogger(EventClient.class.getName());
    private static final int QUEUE = 256;
    private static final long HEARTBEAT_NANOS = TimeUnit.SECONDS.toNanos(15);
    private static final byte[] HEARTBEAT = ":\n\n".getBytes(StandardCharsets.US_ASCII);

    /// The last event of those who listen when the server ends; without a number, for it is nothing to catch up on.
    private static final EventStream.Event FAREWELL =
            new EventStream.Event(0, EventStream.Audience.everyone(), "event: stopping\ndata: {}\n\n");

    private final Supplier<Optional<Principal>> again;
    private final Thread thread;
    private final BlockingQueue<EventStream.Event> queue = new ArrayBlockingQueue<>(QUEUE);
    private final String who;
    private volatile boolean isCut;
    private volatile Principal principal;

    EventClient(Principal principal, Supplier<Optional<Principal>> again, Thread thread) {
        this.principal = principal;
        this.again = again;
        this.thread = thread;
        this.who = principal.userId().orElse(principal.name());
    }

    /// Whether both belong to one person.
    boolean isOf(EventClient other) {
        return who.equals(other.who);
    }

    /// Takes an event, if it is for it.
    ///
    /// @return false when the client has not taken what came before
    boolean offer(EventStream.Event event) {
        return !event.audience().includes(principal) || queue.offer(event);
    }

    /// Who listens.
    Principal principal() {
        return principal;
    }

    /// Takes an event that is for it, unless it is behind: then it misses this one, and room is left for
    /// others.
    void offerFleeting(EventStream.Event event) {
        if (event.audience().includes(principal) && queue.remainingCapacity() > QUEUE / 2) {
            queue.offer(event);
        }
    }

    /// Tells it that the server goes, and ends it.
    void dismiss() {
        if (!queue.offer(FAREWELL)) {
            cut();
        }
    }

    /// Ends it, also in the middle of a write.
    void cut() {
        isCut = true;
        thread.interrupt();
    }

    /// Writes until it is cut, the client is gone, or it may not listen any more.
    void run(Context context, List<EventStream.Event> missed) {
        try {
            OutputStream out = context.res().getOutputStream();
            // Something at once, so that the browser sees that it is connected.
            out.write(HEARTBEAT);
            for (EventStream.Event event : missed) {
                write(out, event);
            }
            out.flush();
            loop(out);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "an event stream ended: {0}", e.getMessage());
        } catch (InterruptedException e) {
            // Cut: by a queue that is full or by the end of the server. The thread serves nothing else.
            LOG.log(Level.DEBUG, "an event stream was cut");
        }
    }

    private void loop(OutputStream out) throws IOException, InterruptedException {
        long written = System.nanoTime();
        long checked = written;
        while (!isCut) {
            EventStream.@Nullable Event event = queue.poll(EventStream.recheck().toNanos(), TimeUnit.NANOSECONDS);
            long now = System.nanoTime();
            if (now - checked >= EventStream.recheck().toNanos()) {
                Optional<Principal> current = again.get();
                if (current.isEmpty()) {
                    return;
                }
                principal = current.get();
                checked = now;
            }
            if (FAREWELL.equals(event)) {
                out.write(FAREWELL.text().getBytes(StandardCharsets.UTF_8));
                out.flush();
                return;
            }
            if (event != null && write(out, event)) {
                written = now;
            } else if (now - written >= HEARTBEAT_NANOS) {
                out.write(HEARTBEAT);
                written = now;
            }
            if (queue.isEmpty()) {
                out.flush();
            }
        }
    }

    private boolean write(OutputStream out, EventStream.Event event) throws IOException {
        if (!event.audience().includes(principal)) {
            return false;
        }
        out.write(event.text().getBytes(StandardCharsets.UTF_8));
        return true;
    }
}
