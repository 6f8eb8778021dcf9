package dev.sekisho.tun;

/// A layer-3 virtual interface whose other side is this process. It is new when opened; closing it removes
/// it.
///
/// Thread-safe; each of its queues belongs to one thread.
public interface TunDevice extends AutoCloseable {
    /// The name the kernel gave.
    String name();

    int interfaceIndex();

    int queueCount();

    /// One of the queues.
    ///
    /// @param index 0 to `queueCount() - 1`
    TunQueue queue(int index);

    /// What the kernel accepted.
    TunOffload offload();

    /// Whether the interface was removed under us. A queue that returns errors while this is false is merely
    /// down and may be read again later.
    boolean isGone();

    /// Closes all queues. Call it after their owners have stopped. Idempotent.
    @Override
    void close();
}
