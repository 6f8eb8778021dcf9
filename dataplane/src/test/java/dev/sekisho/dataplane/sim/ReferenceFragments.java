package dev.sekisho.dataplane.sim;

import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Datagrams in pieces in the model: which bytes of which have passed.
final class ReferenceFragments {
    private static final long TIMEOUT_NANOS = 30_000_000_000L;
    private static final int ROOM = 4096;
    private static final int PER_DEVICE = 64;

    private record Name(int device, long fromHigh, long fromLow, long toHigh, long toLow, int id) {}

    private static final class Datagram {
        private final ReferenceFlow flow;
        private final long deadlineNanos;
        private final BitSet passed = new BitSet();
        private int end = -1;

        Datagram(ReferenceFlow flow, long deadlineNanos) {
            this.flow = flow;
            this.deadlineNanos = deadlineNanos;
        }
    }

    private final Map<Name, Datagram> known = new LinkedHashMap<>();

    private static Name name(int device, Probe probe) {
        return new Name(
                device,
                probe.tuple().sourceHigh(),
                probe.tuple().sourceLow(),
                probe.tuple().destinationHigh(),
                probe.tuple().destinationLow(),
                probe.fragmentId());
    }

    private void expire(long now) {
        known.values().removeIf(datagram -> now >= datagram.deadlineNanos);
    }

    /// Whether a first piece may pass.
    boolean first(long now, int device, Probe probe, ReferenceFlow flow) {
        expire(now);
        long own = known.keySet().stream().filter(n -> n.device == device).count();
        if (known.containsKey(name(device, probe)) || own >= Math.min(PER_DEVICE, (ROOM - known.size()) / 16)) {
            return false;
        }
        Datagram datagram = new Datagram(flow, now + TIMEOUT_NANOS);
        datagram.passed.set(0, 8 + probe.payloadBytes());
        known.put(name(device, probe), datagram);
        return true;
    }

    /// The flow of the first piece, null when this one must not pass.
    @Nullable
    ReferenceFlow later(long now, int device, Probe probe) {
        expire(now);
        Datagram datagram = known.get(name(device, probe));
        int start = probe.fragmentOffset();
        int end = start + probe.payloadBytes();
        if (datagram == null || !datagram.passed.get(start, end).isEmpty()) {
            return null;
        }
        boolean fits = datagram.end >= 0
                ? end <= datagram.end && probe.more()
                : probe.more() || end >= datagram.passed.length();
        if (!fits) {
            return null;
        }
        datagram.passed.set(start, end);
        if (!probe.more()) {
            datagram.end = end;
        }
        if (datagram.passed.nextClearBit(0) == datagram.end) {
            known.remove(name(device, probe));
        }
        return datagram.flow;
    }

    void forget(int device) {
        known.keySet().removeIf(n -> n.device == device);
    }
}
