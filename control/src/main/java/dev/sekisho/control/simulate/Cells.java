package dev.sekisho.control.simulate;

import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.IpResource;
import dev.sekisho.policy.PortSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/// Cuts what a resource opens along the edges of all resources of both policies: within a cell of that, all
/// destinations have one verdict, so one probe of it stands for all. Not thread-safe.
final class Cells {
    /// Of one resource; one that is cut finer is looked at in part.
    private static final int MOST = 512;

    private static final int LAST_PORT = 0xffff;

    private final Collection<IpResource> all;
    private final BooleanSupplier isTimeUp;

    /// @param all resources of both policies
    /// @param isTimeUp whether it is to end with what it has
    Cells(Collection<IpResource> all, BooleanSupplier isTimeUp) {
        this.all = all;
        this.isTimeUp = isTimeUp;
    }

    /// What to ask for.
    ///
    /// @param whole whether these are all cells of the resource
    record Found(List<Probe> probes, boolean whole) {}

    private record Address(long high, long low) implements Comparable<Address> {
        @Override
        public int compareTo(Address other) {
            int byHigh = Long.compareUnsigned(high, other.high);
            return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
        }
    }

    /// Cells of a resource as far as they lie in a block that overlaps it.
    Found of(IpResource resource, Cidr region) {
        Cidr block = resource.block().prefixLength() >= region.prefixLength() ? resource.block() : region;
        List<IpResource> around =
                all.stream().filter(other -> other.block().overlaps(block)).toList();
        boolean whole = block.equals(resource.block());
        List<Probe> probes = new ArrayList<>();
        for (Address address :
                edges(block, around.stream().map(IpResource::block).toList())) {
            List<PortSet> ports = new ArrayList<>();
            for (IpResource other : around) {
                if (other.block().contains(address.high(), address.low())) {
                    ports.add(other.ports());
                }
            }
            if (isTimeUp.getAsBoolean() || !add(probes, resource, address, ports)) {
                whole = false;
                break;
            }
        }
        return new Found(probes, whole);
    }

    /// The first address of a block, and those within it at which another begins or has just ended.
    ///
    /// @return at most as many as are asked for
    static List<long[]> edgesOf(Cidr block, List<Cidr> others) {
        return edges(block, others).stream()
                .limit(MOST)
                .map(address -> new long[] {address.high(), address.low()})
                .toList();
    }

    private static SortedSet<Address> edges(Cidr block, List<Cidr> others) {
        SortedSet<Address> edges = new TreeSet<>();
        edges.add(new Address(block.high(), block.low()));
        for (Cidr other : others) {
            if (block.contains(other.high(), other.low())) {
                edges.add(new Address(other.high(), other.low()));
            }
            Address next = behind(other);
            if (block.contains(next.high(), next.low())) {
                edges.add(next);
            }
        }
        return edges;
    }

    /// The first address behind a block; behind the last of all, the first of all.
    private static Address behind(Cidr block) {
        int bits = block.v4() ? 96 + block.prefixLength() : block.prefixLength();
        long low = (block.low() | ~Cidr.lowMask(bits)) + 1;
        long high = (block.high() | ~Cidr.highMask(bits)) + (low == 0 ? 1 : 0);
        return new Address(high, low);
    }

    private static boolean add(List<Probe> probes, IpResource resource, Address at, List<PortSet> others) {
        if (probes.size() >= MOST) {
            return false;
        }
        SortedSet<Integer> ports = new TreeSet<>();
        others.forEach(set -> addEdges(ports, set));
        addEdges(ports, resource.ports());
        for (int port : ports) {
            if (port == 0 || !resource.ports().contains(port)) {
                continue;
            }
            if (resource.transport().includesTcp()) {
                probes.add(new Probe(at.high(), at.low(), Probe.TCP, port));
            }
            if (resource.transport().includesUdp()) {
                probes.add(new Probe(at.high(), at.low(), Probe.UDP, port));
            }
            if (probes.size() >= MOST) {
                return false;
            }
        }
        if (resource.ports().containsPing()) {
            int ping = resource.block().v4() ? Probe.ICMP : Probe.ICMPV6;
            probes.add(new Probe(at.high(), at.low(), ping, 0));
        }
        return true;
    }

    /// First ports, and those behind last ones; with port 1, for 0 is ping.
    private static void addEdges(SortedSet<Integer> edges, PortSet ports) {
        int[] ranges = ports.ranges();
        for (int i = 0; i < ranges.length; i += 2) {
            edges.add(Math.max(1, ranges[i]));
            if (ranges[i + 1] < LAST_PORT) {
                edges.add(ranges[i + 1] + 1);
            }
        }
    }
}
