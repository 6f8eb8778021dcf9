package dev.sekisho.tun.linux;

import dev.sekisho.tun.Pollable;

/// A file descriptor that [Epoll] can watch.
interface LinuxPollable extends Pollable {
    int fd();

    /// Whether an error condition on the descriptor can never end by reading it, so that waiting for it makes
    /// no sense.
    boolean failsForGood();
}
