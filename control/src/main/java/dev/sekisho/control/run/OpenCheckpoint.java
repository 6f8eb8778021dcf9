package dev.sekisho.control.run;

import dev.sekisho.control.socket.Enforcer;
import dev.sekisho.dataplane.run.DataPlane;

/// A checkpoint that this process runs and will close. Thread-safe.
public interface OpenCheckpoint extends Enforcer, AutoCloseable {
    /// Waits until it has stopped and says why.
    DataPlane.StopReason awaitStop() throws InterruptedException;

    /// Stops it, removes its interfaces and puts the host back as it was.
    @Override
    void close();
}
