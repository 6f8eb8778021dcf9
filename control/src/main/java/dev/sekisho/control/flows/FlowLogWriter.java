package dev.sekisho.control.flows;

import dev.sekisho.dataplane.flow.CheckpointEvent;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Writes the flow log on a thread of its own, so that a disk that is slow for a moment delays nobody. While it is slow
/// for longer and the queue is full, whoever brings an event waits: nothing is lost, and the checkpoint opens no flows
/// that it can't record. Thread-safe.
public final class FlowLogWriter implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(FlowLogWriter.class.getName());
    static final int QUEUE_EVENTS = 65_536;

    /// How often who waits for room looks whether the writer still runs.
    private static final long ROOM_MILLIS = 100;

    /// How long a line may wait in memory.
    private static final long FLUSH_MILLIS = 500;

    private final FlowLog log;
    private final InstantSource clock;
    private final BlockingQueue<CheckpointEvent> queue = new ArrayBlockingQueue<>(QUEUE_EVENTS);
    private final AtomicLong overflowCount = new AtomicLong();
    private final Thread thread;
    private volatile boolean closing;

    private FlowLogWriter(FlowLog log, InstantSource clock) {
        this.log = log;
        this.clock = clock;
        this.thread = Thread.ofPlatform().name("flow-log").daemon().unstarted(this::run);
    }

    /// Starts the thread; closes the log in the end.
    public static FlowLogWriter start(FlowLog log, InstantSource clock) {
        FlowLogWriter writer = new FlowLogWriter(log, clock);
        writer.thread.start();
        return writer;
    }

    /// Takes an event; waits while the queue is full. An event that comes when the writer is closed, or whose thread is
    /// interrupted while it waits, is lost and counted.
    public void put(CheckpointEvent event) {
        try {
            while (!closing) {
                if (queue.offer(event, ROOM_MILLIS, TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        overflowCount.incrementAndGet();
    }

    /// Events that are in no file.
    public long lostCount() {
        return log.lostCount() + overflowCount.get();
    }

    private void run() {
        try {
            while (!closing || !queue.isEmpty()) {
                CheckpointEvent event = queue.poll(FLUSH_MILLIS, TimeUnit.MILLISECONDS);
                try {
                    write(event);
                } catch (RuntimeException e) {
                    // The thread must go on: whoever brings events waits for it, and the packets for them.
                    overflowCount.incrementAndGet();
                    LOG.log(Level.ERROR, "the flow log lost lines", e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            log.flush(clock.millis());
            try {
                log.close();
            } catch (IOException e) {
                LOG.log(Level.WARNING, "the flow log can''t be closed: {0}", e.getMessage());
            }
        }
    }

    private void write(@Nullable CheckpointEvent first) {
        CheckpointEvent event = first;
        while (event != null) {
            log.append(event, clock.millis());
            event = queue.poll();
        }
        log.lost(overflowCount.getAndSet(0));
        log.flush(clock.millis());
    }

    /// Writes what is queued and ends the thread. Whoever waits for room waits no longer.
    @Override
    public void close() {
        closing = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
