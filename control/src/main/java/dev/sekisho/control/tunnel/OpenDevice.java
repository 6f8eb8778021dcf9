package dev.sekisho.control.tunnel;

import dev.sekisho.dataplane.run.DataPlane;
import dev.sekisho.dataplane.run.Device;

/// A device that this process runs and will close. Thread-safe.
public interface OpenDevice extends Device, AutoCloseable {
    /// Waits until the device has stopped and says why.
    DataPlane.StopReason awaitStop() throws InterruptedException;

    /// Stops the device and removes its interface.
    @Override
    void close();
}
