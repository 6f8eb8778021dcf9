package dev.sekisho.tun.memory;

import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A switch that joins nodes by their addresses. Thread-safe; owns the one lock of everything attached to it.
///
/// With [Faults#NONE] a train arrives as one coalesced message, else datagram by datagram. What is sent to an
/// address nobody has, or to a port nobody opened, is lost without a word, as on the Internet.
public final class MemoryNetwork {
    /// Messages one socket holds before the switch throws further ones away.
    static final int QUEUE_LIMIT = 4096;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final SplittableRandom random;
    private final List<MemoryUdp> sockets = new ArrayList<>();
    private final Deque<Message> held = new ArrayDeque<>();
    private Faults faults = Faults.NONE;
    private long lost;

    /// A network without faults until [#faults] says otherwise.
    ///
    /// @param seed of all its chances; a test prints it when it fails
    public MemoryNetwork(long seed) {
        random = new SplittableRandom(seed);
    }

    /// A new node with these addresses.
    public MemoryPlatform node(InetAddress... addresses) {
        return new MemoryPlatform(this, addresses);
    }

    /// How datagrams sent from now on are treated.
    public void faults(Faults faults) {
        lock.lock();
        try {
            this.faults = faults;
            if (faults.isNone()) {
                releaseHeld();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Datagrams that never arrived: by chance, because nobody was there, or because a queue was full.
    public long lost() {
        lock.lock();
        try {
            return lost;
        } finally {
            lock.unlock();
        }
    }

    ReentrantLock lock() {
        return lock;
    }

    /// Signalled whenever something may have become readable.
    Condition changed() {
        return changed;
    }

    void attach(MemoryUdp socket) {
        sockets.add(socket);
    }

    void detach(MemoryUdp socket) {
        sockets.remove(socket);
    }

    /// The sockets of one node; call with the lock held.
    List<MemoryUdp> sockets(MemoryPlatform node) {
        return sockets.stream().filter(socket -> socket.node() == node).toList();
    }

    /// Carries one message; call with the lock held.
    void carry(Message message) {
        if (faults.isNone()) {
            deliver(message);
            return;
        }
        for (int i = 0; i < message.datagrams(); i++) {
            carryOne(message.datagram(i));
        }
    }

    private void carryOne(Message datagram) {
        if (random.nextDouble() < faults.loss()) {
            lost++;
            return;
        }
        boolean twice = random.nextDouble() < faults.duplicate();
        if (random.nextDouble() < faults.reorder()) {
            held.add(datagram);
        } else {
            deliver(datagram);
            releaseHeld();
        }
        if (twice) {
            deliver(datagram);
        }
    }

    private void releaseHeld() {
        while (!held.isEmpty()) {
            deliver(held.remove());
        }
    }

    private void deliver(Message message) {
        MemoryUdp socket = receiver(message);
        if (socket == null || !socket.offer(message)) {
            lost += message.datagrams();
            return;
        }
        changed.signalAll();
    }

    /// Of several sockets on one port, each sender always gets the same.
    private @Nullable MemoryUdp receiver(Message message) {
        List<MemoryUdp> open = sockets.stream()
                .filter(socket ->
                        socket.port() == message.toPort() && socket.node().has(message.to()))
                .toList();
        if (open.isEmpty()) {
            return null;
        }
        int hash = message.from().hashCode() * 31 + message.fromPort();
        return open.get(Math.floorMod(hash, open.size()));
    }
}
