package dev.sekisho.control.outbox;

import dev.sekisho.control.store.StoreException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// The thread that sends: sleeps until the next message is due or a new one comes. The owner closes it.
public final class OutboxPump implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(OutboxPump.class.getName());

    /// Also wakes without a reason, for messages that another node queued.
    private static final Duration LONGEST = Duration.ofSeconds(15);

    private static final Duration SHORTEST = Duration.ofMillis(50);

    private final Outbox outbox;
    private final InstantSource clock;
    private final Semaphore signal = new Semaphore(0);
    private final Thread thread;
    private volatile boolean closed;

    private OutboxPump(Outbox outbox, InstantSource clock) {
        this.outbox = outbox;
        this.clock = clock;
        this.thread = Thread.ofVirtual().name("outbox").unstarted(this::run);
    }

    /// Starts sending.
    public static OutboxPump start(Outbox outbox, InstantSource clock) {
        OutboxPump pump = new OutboxPump(outbox, clock);
        outbox.onNew(pump.signal::release);
        pump.thread.start();
        return pump;
    }

    private void run() {
        while (!closed) {
            Duration pause = LONGEST;
            try {
                Optional<Instant> next = outbox.sendDue();
                pause = next.map(due -> Duration.between(clock.instant(), due)).orElse(LONGEST);
            } catch (StoreException e) {
                LOG.log(Level.WARNING, "nothing is sent for the moment: {0}", e.getMessage());
            }
            pause = pause.compareTo(SHORTEST) < 0 ? SHORTEST : pause.compareTo(LONGEST) > 0 ? LONGEST : pause;
            try {
                if (signal.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    signal.drainPermits();
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /// Lets the message under way finish.
    @Override
    public void close() {
        closed = true;
        signal.release();
        try {
            thread.join(Duration.ofSeconds(5));
            thread.interrupt();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
