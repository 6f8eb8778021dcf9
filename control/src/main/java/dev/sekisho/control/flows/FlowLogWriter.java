package dev.sekisho.control.flows;

import dev.sekisho.dataplane.flow.CheckpointEvent;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Writes the flow log on a thread of its own, so that a disk that is slow for a moment delays nobody. While it
/// is slow for longer, full or broken, and the queue is full, whoever brings an event waits: nothing is lost, and
/// the checkpoint opens no flows that it can't record. Thread-safe.
public final class FlowLogWriter implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(FlowLogWriter.class.getName());
    static final int QUEUE_EVENTS = 65_536;

    /// How often who waits for room looks whether the writer still runs.
    private static final long ROOM_MILLIS = 100;

    /// How long a line may wait in memory, and how long a disk that fails is left alone.
    private static final long FLUSH_MILLIS = 500;

    private final FlowLog log;
    private final InstantSource clock;
    private final BlockingQueue<CheckpointEvent> queue = new ArrayBlockingQueue<>(QUEUE_EVENTS);
    private final AtomicLong overflowCount = new AtomicLong();
    private final AtomicInteger hurries = new AtomicInteger();
    private final CountDownLatch end = new CountDownLatch(1);
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

    /// Takes an event; waits while the queue is full. An event that comes when the writer is closed, or whose
    /// thread is interrupted while it waits, is lost and counted.
    public void put(CheckpointEvent event) {
        try {
            while (!closing && (!log.isFailing() || hurries.get() == 0 || queue.remainingCapacity() > 0)) {
                if (queue.offer(event, ROOM_MILLIS, TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        overflowCount.incrementAndGet();
    }

    /// Does something that ends who brings events, such as stopping the data plane: meanwhile nobody waits for a
    /// disk that is full, and what finds no room is lost and counted.
    public void withoutWaiting(Runnable work) {
        hurries.incrementAndGet();
        try {
            work.run();
        } finally {
            hurries.decrementAndGet();
        }
    }

    /// Events that are in no file.
    public long lostCount() {
        return log.lostCount() + overflowCount.get();
    }

    /// Why nothing can be written, while that is so.
    public Optional<String> problem() {
        return Optional.ofNullable(log.problem());
    }

    /// How much is kept from now on.
    public void retain(FlowLog.Retention retention) {
        log.retain(retention);
    }

    /// How much is kept.
    public FlowLog.Retention retention() {
        return log.retention();
    }

    /// The files that it writes.
    public FlowLogFiles files() {
        return log.files();
    }

    private void run() {
        try {
            while (!closing || (!queue.isEmpty() && !log.isFailing())) {
                try {
                    turn();
                } catch (RuntimeException e) {
                    // The thread must go on: whoever brings events waits for it, and the packets for them.
                    overflowCount.incrementAndGet();
                    LOG.log(Level.ERROR, "the flow log lost lines", e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            finish();
        }
    }

    /// While the disk fails nothing is taken from the queue, which then fills.
    private void turn() throws InterruptedException {
        if (log.isFailing()) {
            var _ = end.await(FLUSH_MILLIS, TimeUnit.MILLISECONDS);
            log.flush(clock.millis());
            return;
        }
        write(queue.poll(FLUSH_MILLIS, TimeUnit.MILLISECONDS));
        log.tend(clock.millis());
    }

    private void write(@Nullable CheckpointEvent first) {
        CheckpointEvent event = first;
        while (event != null) {
            log.append(event, clock.millis());
            event = log.isFailing() ? null : queue.poll();
        }
        log.lost(overflowCount.getAndSet(0));
        log.flush(clock.millis());
    }

    private void finish() {
        log.flush(clock.millis());
        if (!log.isFailing()) {
            write(queue.poll());
        }
        log.lost(queue.size());
        queue.clear();
        try {
            log.close();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the flow log can''t be closed: {0}", e.getMessage());
        }
        if (lostCount() > 0) {
            LOG.log(Level.WARNING, "the flow log ends; {0} events are in no file", lostCount());
        }
    }

    /// Writes what is queued and ends the thread. Whoever waits for room waits no longer.
    @Override
    public void close() {
        closing = true;
        end.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
