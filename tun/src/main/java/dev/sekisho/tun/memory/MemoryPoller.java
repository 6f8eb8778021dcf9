package dev.sekisho.tun.memory;

import dev.sekisho.tun.Pollable;
import dev.sekisho.tun.Poller;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/// Waits for members of one network. Really blocks, so worker threads run over it as over epoll. Thread-safe.
final class MemoryPoller implements Poller {
    private final MemoryNetwork network;
    private final Set<MemoryPollable> members = new LinkedHashSet<>();
    private boolean woken;

    MemoryPoller(MemoryNetwork network) {
        this.network = network;
    }

    @Override
    public void add(Pollable pollable) {
        if (!(pollable instanceof MemoryPollable member)) {
            throw new IllegalArgumentException("made by another platform");
        }
        locked(() -> {
            members.add(member);
            network.changed().signalAll();
        });
    }

    @Override
    public void remove(Pollable pollable) {
        if (pollable instanceof MemoryPollable member) {
            locked(() -> members.remove(member));
        }
    }

    /// An interrupt ends the wait early and stays set.
    @Override
    public void await(long timeoutNanos) {
        ReentrantLock lock = network.lock();
        lock.lock();
        try {
            long left = timeoutNanos < 0 ? Long.MAX_VALUE : timeoutNanos;
            while (!woken && left > 0 && members.stream().noneMatch(MemoryPollable::isReadable)) {
                left = network.changed().awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            woken = false;
            lock.unlock();
        }
    }

    @Override
    public void wake() {
        locked(() -> {
            woken = true;
            network.changed().signalAll();
        });
    }

    @Override
    public void close() {
        locked(() -> {
            members.clear();
            woken = true;
            network.changed().signalAll();
        });
    }

    private void locked(Runnable action) {
        network.lock().lock();
        try {
            action.run();
        } finally {
            network.lock().unlock();
        }
    }
}
