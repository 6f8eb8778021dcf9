package dev.sekisho.dataplane.sim;

import dev.sekisho.dataplane.wire.Endpoint;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// A datagram network with faults, all drawn from one seed. Neighbouring datagrams of one sender that arrive
/// together are coalesced, as `UDP_GRO` does it.
final class SimNetwork {
    private static final int REMEMBERED = 256;
    private static final int COALESCED = 64;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Flight(long atNanos, long number, Endpoint from, Endpoint to, byte[] bytes) {}

    private final SimClock clock;
    private final SplittableRandom random;
    private final PriorityQueue<Flight> flights =
            new PriorityQueue<>(Comparator.comparingLong(Flight::atNanos).thenComparingLong(Flight::number));
    private final Map<Endpoint, SimNode> listeners = new HashMap<>();
    private final Set<Endpoint> severed = new HashSet<>();
    private final List<byte[]> past = new ArrayList<>();
    private SimOptions options;
    private long count;

    SimNetwork(SimClock clock, SplittableRandom random, SimOptions options) {
        this.clock = clock;
        this.random = random;
        this.options = options;
    }

    void options(SimOptions now) {
        options = now;
    }

    void bind(Endpoint address, SimNode node) {
        listeners.put(address, node);
    }

    void unbind(Endpoint address) {
        listeners.remove(address);
    }

    /// Nothing gets to or from this address any more, until [#mend].
    void sever(Endpoint address) {
        severed.add(address);
    }

    void mend() {
        severed.clear();
    }

    void send(Endpoint from, Endpoint to, byte[] bytes) {
        if (severed.contains(from) || severed.contains(to) || percent(options.lossPercent())) {
            return;
        }
        launch(from, to, percent(options.corruptPercent()) ? corrupted(bytes) : bytes);
        if (percent(options.duplicatePercent())) {
            launch(from, to, bytes);
        }
    }

    /// Some datagram that was delivered, as an observer recorded it; null when there was none.
    byte @Nullable [] recorded() {
        return past.isEmpty() ? null : past.get(random.nextInt(past.size()));
    }

    /// The observer's records are of no use any more. An initiation that the receiver never saw, or forgot with
    /// the rest of its state, is a valid one from wherever it is sent, and moves the endpoint there: no
    /// implementation of the protocol can tell, so a run must not ask for it.
    void forgetRecords() {
        past.clear();
    }

    private void remember(byte[] bytes) {
        if (past.size() < REMEMBERED) {
            past.add(bytes);
        } else {
            past.set(random.nextInt(REMEMBERED), bytes);
        }
    }

    /// Puts a datagram of somebody else on its way: no faults.
    void inject(Endpoint from, Endpoint to, byte[] bytes) {
        flights.add(new Flight(clock.nowNanos() + 1_000_000, count++, from, to, bytes));
    }

    long nextNanos() {
        Flight first = flights.peek();
        return first == null ? Long.MAX_VALUE : first.atNanos();
    }

    /// Hands over what has arrived by now.
    void deliver() {
        Flight first = flights.peek();
        while (first != null && first.atNanos() <= clock.nowNanos()) {
            flights.remove();
            SimNode node = listeners.get(first.to());
            if (node != null && !severed.contains(first.to())) {
                remember(first.bytes());
                deliverWithNeighbours(node, first);
            }
            first = flights.peek();
        }
    }

    private void deliverWithNeighbours(SimNode node, Flight first) {
        var message = new ByteArrayOutputStream();
        message.writeBytes(first.bytes());
        int datagrams = 1;
        int lastBytes = first.bytes().length;
        Flight next = flights.peek();
        while (next != null
                && next.atNanos() <= clock.nowNanos()
                && next.from().equals(first.from())
                && next.to().equals(first.to())
                && lastBytes == first.bytes().length
                && next.bytes().length <= lastBytes
                && datagrams < COALESCED
                && message.size() + next.bytes().length <= 0xffff) {
            flights.remove();
            message.writeBytes(next.bytes());
            lastBytes = next.bytes().length;
            datagrams++;
            next = flights.peek();
        }
        node.receive(first.from(), message.toByteArray(), first.bytes().length);
    }

    private void launch(Endpoint from, Endpoint to, byte[] bytes) {
        // Whole milliseconds, so that neighbours often arrive together.
        long delay = 1_000_000L * random.nextInt(1, options.slowestMillis() + 1);
        flights.add(new Flight(clock.nowNanos() + delay, count++, from, to, bytes));
    }

    private byte[] corrupted(byte[] bytes) {
        byte[] copy = bytes.clone();
        if (copy.length > 0) {
            copy[random.nextInt(copy.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return copy;
    }

    private boolean percent(int chance) {
        return random.nextInt(100) < chance;
    }
}
