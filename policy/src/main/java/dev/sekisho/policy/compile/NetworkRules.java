package dev.sekisho.policy.compile;

import dev.sekisho.policy.Cidr;
import java.util.List;

/// What networks are granted. Immutable and thread-safe; no decision allocates.
final class NetworkRules {
    private final BlockIndex sources;

    /// By the number of the source's block, less one.
    private final List<RuleTable> tables;

    /// @param networks distinct, by [BlockIndex#place]
    /// @param tables what each of them is granted
    NetworkRules(List<Cidr> networks, List<RuleTable> tables) {
        this.sources = new BlockIndex(networks);
        this.tables = List.copyOf(tables);
    }

    /// Weighs what the networks around a source have around a destination.
    void weigh(long sourceHigh, long sourceLow, long high, long low, Decision into) {
        boolean v4 = Cidr.isV4(sourceHigh, sourceLow);
        int end = sources.lengthsTo(v4);
        for (int length = sources.lengthsFrom(v4); length < end; length++) {
            int network = sources.find(length, sourceHigh, sourceLow);
            if (network != 0) {
                tables.get(network - 1).weigh(high, low, into);
            }
        }
    }
}
