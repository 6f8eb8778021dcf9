package dev.sekisho.control.flows.web;

import dev.sekisho.control.web.Problem;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Lets work that takes much of the disk and the processor be done by few at once, in the order in which they come, so
/// that packets keep theirs; nobody stands in the line so often that others wait for them alone. Thread-safe.
final class Turns {
    private final Semaphore places;
    private final Duration patience;
    private final int mostOfOne;
    private final ConcurrentHashMap<String, Integer> present = new ConcurrentHashMap<>();

    /// @param places how many work at once
    /// @param mostOfOne how many of one person's wait or work
    Turns(int places, int mostOfOne, Duration patience) {
        this.places = new Semaphore(places, true);
        this.mostOfOne = mostOfOne;
        this.patience = patience;
    }

    /// Does something when it is its turn.
    ///
    /// @param who whose it is
    /// @throws Problem 429 when too many of theirs are here already, 503 when it was never its turn
    <T> T take(String who, Supplier<T> work) {
        if (present.merge(who, 1, Integer::sum) > mostOfOne) {
            leave(who);
            throw Problem.tooMany("you have " + mostOfOne + " of these under way: wait for them");
        }
        try {
            return wait(work);
        } finally {
            leave(who);
        }
    }

    private void leave(String who) {
        present.computeIfPresent(who, (_, count) -> count == 1 ? null : count - 1);
    }

    private <T> T wait(Supplier<T> work) {
        boolean taken = false;
        try {
            taken = places.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS);
            if (!taken) {
                throw Problem.unavailable("others read the flow log at this moment: try again");
            }
            return work.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problem.unavailable("the server ends: try again");
        } finally {
            if (taken) {
                places.release();
            }
        }
    }
}
