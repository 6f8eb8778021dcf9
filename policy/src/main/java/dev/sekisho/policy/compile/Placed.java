package dev.sekisho.policy.compile;

import dev.sekisho.policy.Cidr;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;

/// Some rules of a policy, in the order of their blocks. Used while compiling, by one thread.
final class Placed {
    private final int[] slots;
    private final IntFunction<Cidr> blockOf;

    /// @param slots those of one block together, the blocks by [BlockIndex#place]
    /// @param blockOf what a rule is about, by slot
    Placed(int[] slots, IntFunction<Cidr> blockOf) {
        this.slots = slots;
        this.blockOf = blockOf;
    }

    /// Rules of a book, in any order.
    static Placed of(List<Rule> rules, RuleBook book) {
        int[] slots = rules.stream()
                .sorted(Comparator.comparing((Rule rule) -> rule.resource().block(), BlockIndex.ORDER))
                .mapToInt(Rule::slot)
                .toArray();
        return new Placed(slots, slot -> book.rule(slot).resource().block());
    }

    /// The blocks that these rules are about.
    List<Cidr> blocks() {
        List<Cidr> blocks = new ArrayList<>();
        for (int i = 0; i < slots.length; i++) {
            if (begins(i)) {
                blocks.add(blockOf.apply(slots[i]));
            }
        }
        return blocks;
    }

    private boolean begins(int i) {
        return i == 0 || !blockOf.apply(slots[i]).equals(blockOf.apply(slots[i - 1]));
    }

    /// Where each of [#blocks] begins and, one further, ends, by its number from 1; number 0 has nothing.
    int[] from() {
        int[] from = new int[slots.length + 2];
        int block = 0;
        for (int i = 0; i < slots.length; i++) {
            if (begins(i)) {
                from[++block] = i;
            }
        }
        from[block + 1] = slots.length;
        return Arrays.copyOf(from, block + 2);
    }

    int slot(int i) {
        return slots[i];
    }

    /// What the book says of these rules.
    long[] words(RuleBook book) {
        long[] words = new long[slots.length];
        for (int i = 0; i < words.length; i++) {
            words[i] = book.rule(slots[i]).word();
        }
        return words;
    }

    /// Sorts by a small key; equal ones keep their order.
    ///
    /// @param keys the keys are below it
    static int[] sorted(int[] items, IntUnaryOperator key, int keys) {
        int[] next = new int[keys + 1];
        for (int item : items) {
            next[key.applyAsInt(item) + 1]++;
        }
        for (int i = 1; i <= keys; i++) {
            next[i] += next[i - 1];
        }
        int[] sorted = new int[items.length];
        for (int item : items) {
            sorted[next[key.applyAsInt(item)]++] = item;
        }
        return sorted;
    }
}
