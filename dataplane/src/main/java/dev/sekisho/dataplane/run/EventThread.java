package dev.sekisho.dataplane.run;

import dev.sekisho.dataplane.flow.CheckpointEvent;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;

/// Carries the events of one worker to the listener, so that the worker never waits for it. A listener that fails is
/// reported and goes on with the next event.
final class EventThread implements Runnable {
    private static final System.Logger LOG = System.getLogger("dev.sekisho.dataplane");
    private static final long WAIT_NANOS = 100_000_000L;
    private static final int EVENTS_PER_TURN = 256;

    private final EventRing<CheckpointEvent> ring;
    private final Consumer<CheckpointEvent> listener;
    private final Lock turn;
    private volatile boolean ending;

    /// @param turn held while the listener works: there is one listener for all workers
    EventThread(EventRing<CheckpointEvent> ring, Consumer<CheckpointEvent> listener, Lock turn) {
        this.ring = ring;
        this.listener = listener;
        this.turn = turn;
    }

    /// Runs until [#end]; what is in the ring then is still delivered.
    @Override
    public void run() {
        boolean last = false;
        while (!last) {
            last = ending;
            try {
                ring.await(WAIT_NANOS);
            } catch (InterruptedException e) {
                last = true; // nobody does that here, but a thread that is interrupted ends
            }
            while (drain()) {
                Thread.onSpinWait();
            }
        }
    }

    /// Ends the thread soon, when all is delivered. Any thread; never while the listener works, by an interrupt: it
    /// writes files.
    void end() {
        ending = true;
    }

    /// Delivers some events and lets the other workers have their turn.
    ///
    /// @return whether there may be more
    private boolean drain() {
        turn.lock();
        try {
            for (int i = 0; i < EVENTS_PER_TURN; i++) {
                CheckpointEvent event = ring.poll();
                if (event == null) {
                    return false;
                }
                deliver(event);
            }
            return true;
        } finally {
            turn.unlock();
        }
    }

    private void deliver(CheckpointEvent event) {
        try {
            listener.accept(event);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "the event " + event + " could not be taken", e);
        }
    }
}
