package dev.sekisho.policy.compile;

import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.IpResource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The decoys of a policy, by block. Immutable and thread-safe; no look-up allocates.
final class Decoys {
    private final BlockIndex blocks;

    /// Where block b begins in `decoys`.
    private final int[] from;

    /// Those of one block in the order of their names.
    private final IpResource[] decoys;

    /// @param resources those that are no decoys are left out
    Decoys(List<IpResource> resources) {
        decoys = resources.stream()
                .filter(IpResource::decoy)
                .sorted(Comparator.comparing(IpResource::block, BlockIndex.ORDER)
                        .thenComparing(IpResource::id))
                .toArray(IpResource[]::new);
        List<Cidr> distinct = new ArrayList<>();
        int[] found = new int[decoys.length + 2];
        for (int i = 0; i < decoys.length; i++) {
            if (i == 0 || !decoys[i].block().equals(decoys[i - 1].block())) {
                distinct.add(decoys[i].block());
                found[distinct.size()] = i;
            }
        }
        found[distinct.size() + 1] = decoys.length;
        from = Arrays.copyOf(found, distinct.size() + 2);
        blocks = new BlockIndex(distinct);
    }

    /// The decoy around a destination that opens the port: that with the longest prefix.
    @Nullable
    IpResource at(long high, long low, int protocol, int port) {
        boolean v4 = Cidr.isV4(high, low);
        int end = blocks.lengthsTo(v4);
        for (int length = blocks.lengthsFrom(v4); length < end; length++) {
            int block = blocks.find(length, high, low);
            for (int at = from[block]; at < from[block + 1]; at++) {
                if (Protocols.opens(decoys[at], protocol, port)) {
                    return decoys[at];
                }
            }
        }
        return null;
    }

    /// Those around a host, whatever their ports, the longest prefix first.
    List<IpResource> around(Cidr host) {
        List<IpResource> found = new ArrayList<>();
        for (int length = blocks.lengthsFrom(host.v4()); length < blocks.lengthsTo(host.v4()); length++) {
            int block = blocks.find(length, host.high(), host.low());
            found.addAll(Arrays.asList(decoys).subList(from[block], from[block + 1]));
        }
        return found;
    }
}
