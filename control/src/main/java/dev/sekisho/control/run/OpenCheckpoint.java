package dev.sekisho.control.run;

import dev.sekisho.control.socket.Enforcer;
import dev.sekisho.dataplane.run.DataPlane;

/// A checkpoint that this process runs and will close. Thread-safe.
public interface OpenCheckpoint extends Enforcer, AutoCloseable {
    /// How the policies came about that were put in force since it was opened.
    ///
    /// @param whole compiled whole, the empty one of the start included
    /// @param parts compiled from the difference to the one before
    record Compilations(long whole, long parts) {}

    /// How the policies in force so far came about.
    Compilations compilations();

    /// Whether it moves packets; else the policy is checked and explained only.
    default boolean hasTunnel() {
        return true;
    }

    /// Waits until it has stopped and says why.
    DataPlane.StopReason awaitStop() throws InterruptedException;

    /// Stops it, removes its interfaces and puts the host back as it was.
    @Override
    void close();
}
