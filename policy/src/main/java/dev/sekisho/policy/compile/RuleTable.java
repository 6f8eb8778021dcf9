package dev.sekisho.policy.compile;

import dev.sekisho.policy.Cidr;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The rules of one subject, by block. Immutable and thread-safe; no look-up allocates. What others are granted is not
/// in it, so that it can't cost anything, and a change of theirs leaves it as it is.
final class RuleTable {
    static final RuleTable EMPTY = new RuleTable(RuleBook.EMPTY, new Placed(new int[0], slot -> {
        throw new IndexOutOfBoundsException(slot);
    }));

    private final BlockIndex blocks;

    /// Where block b begins in `words`.
    private final int[] from;

    private final long[] words;

    /// @param book has these rules
    RuleTable(RuleBook book, Placed placed) {
        this.blocks = new BlockIndex(placed.blocks());
        this.from = placed.from();
        this.words = placed.words(book);
    }

    int count() {
        return words.length;
    }

    /// Weighs what the subject has around an address.
    void weigh(long high, long low, Decision into) {
        boolean v4 = Cidr.isV4(high, low);
        int end = blocks.lengthsTo(v4);
        for (int length = blocks.lengthsFrom(v4); length < end; length++) {
            int block = blocks.find(length, high, low);
            for (int at = from[block]; at < from[block + 1]; at++) {
                into.weigh(words[at]);
            }
        }
    }

    /// The same rules, whatever their ports.
    ///
    /// @param book of the snapshot that asks
    List<Rule> around(Cidr host, RuleBook book) {
        List<Rule> found = new ArrayList<>();
        for (int length = blocks.lengthsFrom(host.v4()); length < blocks.lengthsTo(host.v4()); length++) {
            int block = blocks.find(length, host.high(), host.low());
            for (int at = from[block]; at < from[block + 1]; at++) {
                found.add(book.rule((int) words[at]));
            }
        }
        return found;
    }

    /// The table with other rules.
    ///
    /// @param before the book that this table was made for, or a later one
    /// @param next the book of the new table
    RuleTable with(RuleBook before, Set<Rule> gone, List<Rule> come, RuleBook next) {
        List<Rule> rules = new ArrayList<>(words.length + come.size());
        for (long word : words) {
            Rule rule = before.rule((int) word);
            if (!gone.contains(rule)) {
                rules.add(rule);
            }
        }
        rules.addAll(come);
        return rules.isEmpty() ? EMPTY : new RuleTable(next, Placed.of(rules, next));
    }
}
