package dev.sekisho.policy.compile;

import dev.sekisho.policy.Cidr;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What networks are granted. Immutable and thread-safe; no decision allocates.
final class NetworkRules {
    private final Map<Cidr, RuleTable> byNetwork;
    private final BlockIndex sources;

    /// By the number of the source's block, less one.
    private final List<RuleTable> tables;

    /// @param networks what each of them is granted; those that are granted nothing are left out
    NetworkRules(Map<Cidr, RuleTable> networks) {
        byNetwork = new HashMap<>(networks);
        byNetwork.values().removeIf(table -> table.count() == 0);
        List<Cidr> ordered =
                byNetwork.keySet().stream().sorted(BlockIndex.ORDER).toList();
        sources = new BlockIndex(ordered);
        tables = ordered.stream().map(this::table).toList();
    }

    /// What one network is granted.
    RuleTable table(Cidr network) {
        return byNetwork.getOrDefault(network, RuleTable.EMPTY);
    }

    /// The same with other tables for some.
    NetworkRules with(Map<Cidr, RuleTable> changed) {
        if (changed.isEmpty()) {
            return this;
        }
        Map<Cidr, RuleTable> next = new HashMap<>(byNetwork);
        next.putAll(changed);
        return new NetworkRules(next);
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

    /// The same rules, whatever their ports, in the order in which they decide.
    List<Rule> around(long sourceHigh, long sourceLow, Cidr host, RuleBook book) {
        List<Rule> found = new ArrayList<>();
        boolean v4 = Cidr.isV4(sourceHigh, sourceLow);
        for (int length = sources.lengthsFrom(v4); length < sources.lengthsTo(v4); length++) {
            int network = sources.find(length, sourceHigh, sourceLow);
            if (network != 0) {
                found.addAll(tables.get(network - 1).around(host, book));
            }
        }
        found.sort(Comparator.comparingInt((Rule rule) -> book.rank(rule.slot())));
        return found;
    }
}
