package dev.sekisho.dataplane.flow;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The destinations that one device tried in vain within the slow window, by the time of the last try.
/// Owner: the engine's thread.
///
/// Linked in order of that time; those within the fast window are the end of the list and their first one is
/// kept, so a try costs a hash look-up and the steps by which the windows have moved on.
final class RecentDestinations {
    private static final int SELF = 0;

    private final ScanRules rules;
    private final DestinationIndex index;
    private long[] seenNanos = {};

    /// The first slot within the fast window, and how many there are.
    private int fastFrom = DestinationIndex.NONE;

    private int fast;

    RecentDestinations(ScanRules rules, long seed) {
        this.rules = rules;
        // One more than passes, so that the evidence has the one too many; further ones push out the oldest.
        this.index = new DestinationIndex(seed, rules.slowThreshold() + 1);
    }

    ScanRules rules() {
        return rules;
    }

    /// Notes a try.
    void add(long nowNanos, long high, long low, int port) {
        forget(nowNanos);
        int slot = index.find(SELF, high, low, port);
        if (slot == DestinationIndex.NONE) {
            if (index.isFull()) {
                forgetOldest();
            }
            slot = index.add(SELF, high, low, port);
        } else {
            if (isFast(slot, nowNanos)) {
                fast--;
            }
            if (slot == fastFrom) {
                fastFrom = index.newer(slot);
            }
            index.toNewest(slot);
        }
        if (slot >= seenNanos.length) {
            seenNanos = Arrays.copyOf(seenNanos, index.slots());
        }
        seenNanos[slot] = nowNanos;
        fast++;
        if (fastFrom == DestinationIndex.NONE) {
            fastFrom = slot;
        }
    }

    /// Whether more were tried than the rules let pass.
    boolean exceeds() {
        return fast > rules.threshold() || index.size() > rules.slowThreshold();
    }

    /// Takes over what another one of the same device kept under other rules.
    void addAll(RecentDestinations other) {
        for (int slot = other.index.oldest(SELF); slot != DestinationIndex.NONE; slot = other.index.newer(slot)) {
            add(other.seenNanos[slot], other.index.high(slot), other.index.low(slot), other.index.port(slot));
        }
    }

    /// Oldest first.
    List<ScanTarget> targets(long nowNanos, long nowEpochMillis) {
        forget(nowNanos);
        List<ScanTarget> targets = new ArrayList<>(index.size());
        for (int slot = index.oldest(SELF); slot != DestinationIndex.NONE; slot = index.newer(slot)) {
            long millis = nowEpochMillis - (nowNanos - seenNanos[slot]) / 1_000_000;
            targets.add(new ScanTarget(index.high(slot), index.low(slot), index.port(slot), millis));
        }
        return targets;
    }

    /// Moves both windows on to `nowNanos`.
    private void forget(long nowNanos) {
        int oldest = index.oldest(SELF);
        while (oldest != DestinationIndex.NONE && nowNanos - seenNanos[oldest] >= rules.slowWindowNanos()) {
            forgetOldest();
            oldest = index.oldest(SELF);
        }
        while (fastFrom != DestinationIndex.NONE && !isFast(fastFrom, nowNanos)) {
            fastFrom = index.newer(fastFrom);
            fast--;
        }
    }

    private boolean isFast(int slot, long nowNanos) {
        return nowNanos - seenNanos[slot] < rules.windowNanos();
    }

    private void forgetOldest() {
        int oldest = index.oldest(SELF);
        if (oldest == fastFrom) {
            fastFrom = index.newer(oldest);
            fast--;
        }
        index.remove(oldest);
    }
}
