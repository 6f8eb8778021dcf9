package dev.sekisho.control.tunnel;

import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;

/// What has to be put back, last change first. One owner thread.
///
/// A step that fails is logged and doesn't keep the others from running.
public final class Undo implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Undo.class.getName());

    /// @param what the change, for the log
    /// @param action takes it back
    private record Step(String what, Runnable action) {}

    private final Deque<Step> steps = new ArrayDeque<>();

    /// Adds a change that was made.
    ///
    /// @param what the change, for the log
    /// @param action takes it back
    public void push(String what, Runnable action) {
        steps.push(new Step(what, action));
    }

    /// Makes the steps of `other` the newest of this one; `other` has none left.
    void takeOver(Undo other) {
        while (!other.steps.isEmpty()) {
            steps.push(other.steps.removeLast());
        }
    }

    @Override
    public void close() {
        while (!steps.isEmpty()) {
            Step step = steps.pop();
            try {
                step.action().run();
            } catch (RuntimeException e) {
                LOG.log(Level.WARNING, "could not undo: {0}: {1}", step.what(), e.getMessage());
            }
        }
    }
}
