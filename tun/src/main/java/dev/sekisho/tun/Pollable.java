package dev.sekisho.tun;

/// Something a [Poller] of the same platform can wait for: it has something to read.
public interface Pollable {}
