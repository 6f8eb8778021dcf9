package dev.sekisho.policy.compile;

import dev.sekisho.policy.Cidr;
import java.util.ArrayList;
import java.util.List;

/// The rules of one subject, by block. Immutable and thread-safe; no look-up allocates. What others are granted is not
/// in
/// it, so that it can't cost anything.
final class RuleTable {
    private final RuleBook book;
    private final BlockIndex blocks;

    /// Where block b begins in `words`.
    private final int[] from;

    private final long[] words;

    /// @param placed some rules, by block
    RuleTable(RuleBook book, Placed placed) {
        this.book = book;
        this.blocks = new BlockIndex(placed.blocks());
        this.from = placed.from();
        this.words = placed.words(book);
    }

    /// Weighs what the subject has around an address.
    void weigh(long high, long low, Decision into) {
        boolean v4 = Cidr.isV4(high, low);
        int end = blocks.lengthsTo(v4);
        for (int length = blocks.lengthsFrom(v4); length < end; length++) {
            int block = blocks.find(length, high, low);
            for (int at = from[block]; at < from[block + 1]; at++) {
                into.weigh(words[at], book);
            }
        }
    }

    /// The same rules, whatever their ports.
    List<Rule> around(Cidr host) {
        List<Rule> found = new ArrayList<>();
        for (int length = blocks.lengthsFrom(host.v4()); length < blocks.lengthsTo(host.v4()); length++) {
            int block = blocks.find(length, host.high(), host.low());
            for (int at = from[block]; at < from[block + 1]; at++) {
                found.add(book.rule((int) words[at]));
            }
        }
        return found;
    }
}
