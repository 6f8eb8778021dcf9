package dev.sekisho.control.socket;

import dev.sekisho.dataplane.flow.CheckpointEvent;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Hands every event to everybody who follows, and never waits for one: who is too slow is dropped and
/// told so. Thread-safe; [#publish] has one caller.
public final class EventHub {
    /// Events that a follower may be behind.
    static final int QUEUE_EVENTS = 4_096;

    private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();

    /// One follower. [#next] has one caller.
    public final class Subscription implements AutoCloseable {
        private final BlockingQueue<CheckpointEvent> queue = new ArrayBlockingQueue<>(QUEUE_EVENTS);
        private final Runnable onOverflow;
        private volatile boolean overflowed;

        private Subscription(Runnable onOverflow) {
            this.onOverflow = onOverflow;
        }

        private boolean offer(CheckpointEvent event) {
            if (queue.offer(event)) {
                return true;
            }
            overflowed = true;
            onOverflow.run();
            return false;
        }

        /// The next event, or null when none came in time or none will come.
        public @Nullable CheckpointEvent next(long timeoutMillis) throws InterruptedException {
            return queue.poll(overflowed ? 0 : timeoutMillis, TimeUnit.MILLISECONDS);
        }

        /// Whether events were lost; what is queued is from before the loss.
        public boolean isOverflowed() {
            return overflowed;
        }

        @Override
        public void close() {
            subscriptions.remove(this);
        }
    }

    /// Follows from now on.
    ///
    /// @param onOverflow called once, by the publisher's thread, when the follower is dropped; must not
    ///     wait
    public Subscription subscribe(Runnable onOverflow) {
        Subscription subscription = new Subscription(onOverflow);
        subscriptions.add(subscription);
        return subscription;
    }

    /// Hands an event to all followers.
    public void publish(CheckpointEvent event) {
        subscriptions.removeIf(subscription -> !subscription.offer(event));
    }
}
