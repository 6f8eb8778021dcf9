package dev.sekisho.control.traffic;

import dev.sekisho.dataplane.noise.PublicKey;
import dev.sekisho.dataplane.run.PeerTraffic;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/// Reads the counters of a data plane once a second and knows how fast they grow: bytes per second over the
/// last five. Thread-safe; reads on a thread of its own, and its owner closes it.
public final class TrafficMeter implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(TrafficMeter.class.getName());
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /// Five pauses, and what a thread that is woken late needs.
    private static final Duration WINDOW = Duration.ofMillis(5_500);

    /// A peer that had traffic within the window.
    ///
    /// @param counted what was counted when it was read last
    public record Moving(PeerTraffic counted, Rate rate) {}

    private final Supplier<List<PeerTraffic>> counters;
    private final Rates<PublicKey> rates = new Rates<>(WINDOW.toNanos());
    private final Thread thread;
    private volatile Map<PublicKey, Moving> moving = Map.of();

    private TrafficMeter(Supplier<List<PeerTraffic>> counters) {
        this.counters = counters;
        this.thread = Thread.ofVirtual().name("traffic-meter").unstarted(this::run);
    }

    /// Begins to read.
    ///
    /// @param counters all of them, at this moment
    public static TrafficMeter start(Supplier<List<PeerTraffic>> counters) {
        TrafficMeter meter = new TrafficMeter(counters);
        meter.thread.start();
        return meter;
    }

    /// Those that had traffic within the last five seconds; of others the rate is zero.
    public Map<PublicKey, Moving> moving() {
        return moving;
    }

    /// How fast it is for one of them.
    public Rate rate(PublicKey peer) {
        Moving found = moving.get(peer);
        return found == null ? Rate.NONE : found.rate();
    }

    private void run() {
        try {
            while (true) {
                read();
                Thread.sleep(PAUSE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the end
        } catch (RuntimeException e) {
            moving = Map.of(); // better none than those of a moment that has passed
            LOG.log(Level.ERROR, "rates are not measured any more", e);
        }
    }

    private void read() {
        Map<PublicKey, PeerTraffic> all = new HashMap<>();
        counters.get().forEach(peer -> all.put(peer.publicKey(), peer));
        Map<PublicKey, Moving> found = new HashMap<>();
        rates.read(
                System.nanoTime(),
                all,
                peer -> new Rates.Counters(peer.receivedBytes(), peer.sentBytes()),
                (key, rate) -> found.put(key, new Moving(Objects.requireNonNull(all.get(key)), rate)));
        moving = found;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
