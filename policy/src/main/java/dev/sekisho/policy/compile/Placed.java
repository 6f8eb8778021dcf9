package dev.sekisho.policy.compile;

import dev.sekisho.policy.Cidr;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;

/// Some rules of a policy, in the order of their blocks. Used while compiling, by one thread.
final class Placed {
    private final int[] ranks;

    /// By rank, which of `allBlocks` a rule is about.
    private final int[] blockOf;

    private final List<Cidr> allBlocks;

    /// @param ranks ascending in what `blockOf` says of them
    /// @param allBlocks distinct, by [BlockIndex#place]
    Placed(int[] ranks, int[] blockOf, List<Cidr> allBlocks) {
        this.ranks = ranks;
        this.blockOf = blockOf;
        this.allBlocks = allBlocks;
    }

    /// The blocks that these rules are about.
    List<Cidr> blocks() {
        List<Cidr> blocks = new ArrayList<>();
        for (int i = 0; i < ranks.length; i++) {
            if (begins(i)) {
                blocks.add(allBlocks.get(blockOf[ranks[i]]));
            }
        }
        return blocks;
    }

    private boolean begins(int i) {
        return i == 0 || blockOf[ranks[i]] != blockOf[ranks[i - 1]];
    }

    /// Where each of [#blocks] begins and, one further, ends, by its number from 1; number 0 has nothing.
    int[] from() {
        int[] from = new int[ranks.length + 2];
        int block = 0;
        for (int i = 0; i < ranks.length; i++) {
            if (begins(i)) {
                from[++block] = i;
            }
        }
        from[block + 1] = ranks.length;
        return Arrays.copyOf(from, block + 2);
    }

    int count() {
        return ranks.length;
    }

    int rank(int i) {
        return ranks[i];
    }

    /// What the book says of these rules.
    long[] words(RuleBook book) {
        long[] words = new long[ranks.length];
        for (int i = 0; i < words.length; i++) {
            words[i] = book.word(ranks[i]);
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
