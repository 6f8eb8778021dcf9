package dev.sekisho.tun.memory;

import dev.sekisho.tun.Pollable;

/// Something a [MemoryPoller] can wait for.
interface MemoryPollable extends Pollable {
    /// Called with the network's lock held.
    boolean isReadable();
}
