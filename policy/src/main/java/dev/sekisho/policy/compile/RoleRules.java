package dev.sekisho.policy.compile;

import dev.sekisho.policy.Cidr;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/// The rules of all roles, by block and in it by role ([RoleRuns]). Immutable and thread-safe; no decision allocates.
final class RoleRules {
    private static final long[] NOTHING = new RoleRuns.Packer().pack();

    private final BlockIndex index;

    /// By number, less one.
    private final List<Cidr> blocks;

    /// What roles have in a block, by its number.
    private final long[][] runs;

    private RoleRules(BlockIndex index, List<Cidr> blocks, long[][] runs) {
        this.index = index;
        this.blocks = blocks;
        this.runs = runs;
    }

    /// @param placed the rules of all roles, those of one block in the order of their roles
    /// @param roleOf the number of a rule's role, by slot
    static RoleRules of(RuleBook book, Placed placed, int[] roleOf) {
        List<Cidr> blocks = placed.blocks();
        int[] from = placed.from();
        long[][] runs = new long[blocks.size() + 1][];
        runs[0] = NOTHING;
        RoleRuns.Packer packer = new RoleRuns.Packer();
        for (int block = 1; block < runs.length; block++) {
            for (int at = from[block]; at < from[block + 1]; at++) {
                int slot = placed.slot(at);
                packer.add(roleOf[slot], book.rule(slot).word());
            }
            runs[block] = packer.pack();
        }
        return new RoleRules(new BlockIndex(blocks), List.copyOf(blocks), runs);
    }

    /// Weighs what somebody has around an address by their roles.
    void weigh(RoleSet who, long high, long low, Decision into) {
        if (who.count() == 0) {
            return;
        }
        boolean v4 = Cidr.isV4(high, low);
        int end = index.lengthsTo(v4);
        for (int length = index.lengthsFrom(v4); length < end; length++) {
            int block = index.find(length, high, low);
            if (block != 0) {
                RoleRuns.weigh(runs[block], who, into);
            }
        }
    }

    /// The same rules, whatever their ports.
    ///
    /// @param book of the snapshot that asks
    List<Rule> around(RoleSet who, Cidr host, RuleBook book) {
        List<Rule> found = new ArrayList<>();
        for (int length = index.lengthsFrom(host.v4()); length < index.lengthsTo(host.v4()); length++) {
            RoleRuns.collect(runs[index.find(length, host.high(), host.low())], who, book, found);
        }
        return found;
    }

    /// The same with other rules: blocks that none of them is about are shared.
    ///
    /// @param before the book that has all rules of now
    /// @param gone rules of roles
    /// @param come rules of roles, in the next book
    /// @param roleOf the number of a rule's role
    RoleRules with(RuleBook before, Set<Rule> gone, List<Rule> come, ToIntFunction<Rule> roleOf) {
        Map<Cidr, List<Rule>> touched = new HashMap<>();
        gone.forEach(rule -> touched.computeIfAbsent(rule.resource().block(), _ -> new ArrayList<>()));
        come.forEach(rule -> touched.computeIfAbsent(rule.resource().block(), _ -> new ArrayList<>())
                .add(rule));
        Map<Cidr, long[]> added = new HashMap<>();
        long[][] next = runs.clone();
        boolean vanished = false;
        RoleRuns.Packer packer = new RoleRuns.Packer();
        for (Map.Entry<Cidr, List<Rule>> entry : touched.entrySet()) {
            List<Rule> rules = entry.getValue();
            int block = index.numberOf(entry.getKey());
            RoleRuns.all(runs[block], before, rule -> {
                if (!gone.contains(rule)) {
                    rules.add(rule);
                }
            });
            rules.sort(Comparator.comparingInt(roleOf));
            rules.forEach(rule -> packer.add(roleOf.applyAsInt(rule), rule.word()));
            long[] packed = packer.pack();
            if (block == 0) {
                added.put(entry.getKey(), packed);
            } else {
                next[block] = packed;
                vanished |= rules.isEmpty();
            }
        }
        return added.isEmpty() && !vanished ? new RoleRules(index, blocks, next) : placed(next, added);
    }

    /// With other blocks.
    ///
    /// @param now by number; empty ones are left out
    private RoleRules placed(long[][] now, Map<Cidr, long[]> added) {
        List<Cidr> all = new ArrayList<>(now.length + added.size());
        List<long[]> packed = new ArrayList<>(now.length + added.size());
        for (int block = 1; block < now.length; block++) {
            if (RoleRuns.count(now[block]) > 0) {
                all.add(blocks.get(block - 1));
                packed.add(now[block]);
            }
        }
        added.forEach((block, more) -> {
            all.add(block);
            packed.add(more);
        });
        int[] order = Placed.sorted(
                IntStream.range(0, all.size()).toArray(), i -> BlockIndex.place(all.get(i)), BlockIndex.PLACES);
        List<Cidr> ordered = Arrays.stream(order).mapToObj(all::get).toList();
        long[][] next = new long[order.length + 1][];
        next[0] = NOTHING;
        for (int i = 0; i < order.length; i++) {
            next[i + 1] = packed.get(order[i]);
        }
        return new RoleRules(new BlockIndex(ordered), ordered, next);
    }
}
