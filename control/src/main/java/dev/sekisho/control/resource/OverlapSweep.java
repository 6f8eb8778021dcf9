package dev.sekisho.control.resource;

import dev.sekisho.policy.PortSet;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/// Finds resources that share destinations, by one walk over them in the order of their addresses. Blocks lie inside
/// each
/// other or apart, so those around the present one are a pile; of these the ones with common ports are found by
/// [PortIndex]. The time grows with resources and pairs, not with the square of resources. One owner thread.
final class OverlapSweep {
    private static final String PING = "ping";

    private final List<Resource.Spot> around = new ArrayList<>();
    private final PortIndex tcp = new PortIndex();
    private final PortIndex udp = new PortIndex();

    /// Two resources that share destinations.
    ///
    /// @param outer whose block is the wider one, or the same
    record Pair(Resource.Spot outer, Resource.Spot inner) {
        /// What is in both. Ping is in it as port 0, whatever the protocol.
        ///
        /// @throws java.util.NoSuchElementException when nothing is
        PortSet ports() {
            PortSet common =
                    outer.target().ports().intersection(inner.target().ports()).orElseThrow();
            return transport().equals(PING) ? PortSet.parse("0") : common;
        }

        /// `tcp`, `udp`, `both`, or `ping` when they have nothing else in common.
        String transport() {
            boolean tcp = outer.target().protocol().includesTcp()
                    && inner.target().protocol().includesTcp();
            boolean udp = outer.target().protocol().includesUdp()
                    && inner.target().protocol().includesUdp();
            return tcp && udp ? "both" : tcp ? "tcp" : udp ? "udp" : PING;
        }
    }

    /// A part of all pairs.
    ///
    /// @param total of all, but not more than were to be counted
    record Found(List<Pair> pairs, long total) {
        Found {
            pairs = List.copyOf(pairs);
        }
    }

    /// Where a part begins: behind a pair, which need not be there any more.
    record Place(String innerKey, String innerId, String outerKey, String outerId) {
        static Place of(Pair pair) {
            return new Place(
                    pair.inner().target().sortKey(),
                    pair.inner().id(),
                    pair.outer().target().sortKey(),
                    pair.outer().id());
        }

        /// @throws IllegalArgumentException when it is none
        static Place parse(String text) {
            String[] parts = text.split(" ", -1);
            if (parts.length != 4) {
                throw new IllegalArgumentException("the cursor is of another list");
            }
            return new Place(parts[0], parts[1], parts[2], parts[3]);
        }

        String text() {
            return String.join(" ", innerKey, innerId, outerKey, outerId);
        }

        private int inner(Resource.Spot spot) {
            int byKey = spot.target().sortKey().compareTo(innerKey);
            return byKey != 0 ? byKey : spot.id().compareTo(innerId);
        }

        private int outer(Resource.Spot spot) {
            int byKey = spot.target().sortKey().compareTo(outerKey);
            return byKey != 0 ? byKey : spot.id().compareTo(outerId);
        }

        boolean isBefore(Pair pair) {
            int inner = inner(pair.inner());
            return inner > 0 || (inner == 0 && outer(pair.outer()) > 0);
        }
    }

    /// Walks.
    ///
    /// @param spots by address, wide blocks before those inside them
    /// @param after behind which the part begins; empty = at the start
    /// @param limit of pairs
    /// @param counted of all pairs, at most
    static Found find(List<Resource.Spot> spots, Optional<Place> after, int limit, int counted) {
        OverlapSweep sweep = new OverlapSweep();
        List<Pair> pairs = new ArrayList<>();
        long total = 0;
        for (Resource.Spot spot : spots) {
            sweep.leave(spot);
            boolean isReached = after.isEmpty() || after.get().inner(spot) >= 0;
            if (total < counted || isReached) {
                BitSet meeting = sweep.meeting(spot);
                total += meeting.cardinality();
                for (int i = meeting.nextSetBit(0); i >= 0 && pairs.size() < limit; i = meeting.nextSetBit(i + 1)) {
                    Pair pair = new Pair(sweep.around.get(i), spot);
                    if (isReached && (after.isEmpty() || after.get().isBefore(pair))) {
                        pairs.add(pair);
                    }
                }
            }
            if (pairs.size() >= limit && total >= counted) {
                break;
            }
            sweep.enter(spot);
        }
        return new Found(pairs, Math.min(total, counted));
    }

    /// Those of one resource.
    ///
    /// @param id its identity
    static Found of(List<Resource.Spot> spots, String id, Optional<Place> after, int limit) {
        Optional<Resource.Spot> one =
                spots.stream().filter(spot -> spot.id().equals(id)).findFirst();
        if (one.isEmpty()) {
            return new Found(List.of(), 0);
        }
        List<Pair> all = new ArrayList<>();
        boolean isPassed = false;
        for (Resource.Spot other : spots) {
            if (other.id().equals(id)) {
                isPassed = true;
            } else if (ResourceHints.overlap(one.get().target(), other.target())) {
                all.add(isPassed ? new Pair(one.get(), other) : new Pair(other, one.get()));
            }
        }
        return new Found(
                all.stream()
                        .filter(pair -> after.isEmpty() || after.get().isBefore(pair))
                        .limit(limit)
                        .toList(),
                all.size());
    }

    /// Takes those away that end before a block.
    private void leave(Resource.Spot spot) {
        while (!around.isEmpty()
                && !around.getLast().target().cidr().overlaps(spot.target().cidr())) {
            Resource.Target gone = around.removeLast().target();
            if (gone.protocol().includesTcp()) {
                tcp.pop(gone.ports().ranges());
            }
            if (gone.protocol().includesUdp()) {
                udp.pop(gone.ports().ranges());
            }
        }
    }

    private void enter(Resource.Spot spot) {
        int number = around.size();
        around.add(spot);
        Resource.Target target = spot.target();
        if (target.protocol().includesTcp()) {
            tcp.push(target.ports().ranges(), number);
        }
        if (target.protocol().includesUdp()) {
            udp.push(target.ports().ranges(), number);
        }
    }

    /// Those around it that have something in common with it. Ping goes by port 0 of either protocol.
    private BitSet meeting(Resource.Spot spot) {
        BitSet found = new BitSet(around.size());
        Resource.Target target = spot.target();
        int[] ranges = target.ports().ranges();
        int[] ping = {0, 0};
        if (target.protocol().includesTcp()) {
            tcp.meeting(ranges, found::set);
        } else if (target.ports().containsPing()) {
            tcp.meeting(ping, found::set);
        }
        if (target.protocol().includesUdp()) {
            udp.meeting(ranges, found::set);
        } else if (target.ports().containsPing()) {
            udp.meeting(ping, found::set);
        }
        return found;
    }
}
