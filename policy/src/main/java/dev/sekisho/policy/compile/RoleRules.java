package dev.sekisho.policy.compile;

import dev.sekisho.policy.Cidr;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;

/// The rules of all roles, by block and in it by role. Immutable and thread-safe; no decision allocates.
///
/// A block is runs, a run is what one role has there. A decision goes through the runs of a block or through the roles
/// of the asker, whichever are fewer: it costs no more than the asker has roles, however many others have something in
/// the block. For that a block of many runs has a small hash table: a slot is a long, the role and the number of its
/// run (from 1; 0 = empty slot).
final class RoleRules {
    /// Blocks with fewer runs are searched one by one.
    private static final int FEW_RUNS = 8;

    private final RuleBook book;
    private final BlockIndex blocks;

    /// Where block b begins among the runs.
    private final int[] runsFrom;

    /// The role of run r, ascending in a block.
    private final int[] roles;

    /// Where run r begins in `words`.
    private final int[] wordsFrom;

    private final long[] words;

    /// Where the slots of block b begin; a block of few runs has none.
    private final int[] slotsFrom;

    private final long[] slots;

    /// @param placed the rules of all roles, those of one block in the order of their roles
    /// @param roleOf the number of a rule's role, by rank
    RoleRules(RuleBook book, Placed placed, int[] roleOf) {
        this.book = book;
        blocks = new BlockIndex(placed.blocks());
        words = placed.words(book);
        int[] blocksFrom = placed.from();
        int[] rolesFound = new int[words.length];
        int[] wordsFound = new int[words.length + 1];
        runsFrom = new int[blocksFrom.length];
        slotsFrom = new int[blocksFrom.length];
        int runs = 0;
        for (int block = 1; block < blocksFrom.length - 1; block++) {
            for (int at = blocksFrom[block]; at < blocksFrom[block + 1]; at++) {
                int role = roleOf[placed.rank(at)];
                if (at == blocksFrom[block] || role != rolesFound[runs - 1]) {
                    wordsFound[runs] = at;
                    rolesFound[runs++] = role;
                }
            }
            runsFrom[block + 1] = runs;
            slotsFrom[block + 1] = slotsFrom[block] + slotCount(runs - runsFrom[block]);
        }
        wordsFound[runs] = words.length;
        roles = Arrays.copyOf(rolesFound, runs);
        wordsFrom = Arrays.copyOf(wordsFound, runs + 1);
        slots = new long[slotsFrom[slotsFrom.length - 1]];
        fillSlots();
    }

    private static int slotCount(int runs) {
        return runs <= FEW_RUNS ? 0 : 2 * Integer.highestOneBit(2 * runs - 1);
    }

    private void fillSlots() {
        for (int block = 1; block < slotsFrom.length - 1; block++) {
            int from = slotsFrom[block];
            int size = slotsFrom[block + 1] - from;
            for (int run = runsFrom[block]; size > 0 && run < runsFrom[block + 1]; run++) {
                int at = slot(roles[run], size);
                while (slots[from + at] != 0) {
                    at = at + 1 & size - 1;
                }
                slots[from + at] = (long) roles[run] << 32 | run + 1;
            }
        }
    }

    private static int slot(int role, int size) {
        return (role * 0x9e3779b9) >>> Integer.numberOfLeadingZeros(size - 1);
    }

    /// Weighs what somebody has around an address by their roles.
    void weigh(RoleSet who, long high, long low, Decision into) {
        if (who.count() == 0) {
            return;
        }
        boolean v4 = Cidr.isV4(high, low);
        int end = blocks.lengthsTo(v4);
        for (int length = blocks.lengthsFrom(v4); length < end; length++) {
            int block = blocks.find(length, high, low);
            if (block != 0) {
                weigh(block, who, into);
            }
        }
    }

    private void weigh(int block, RoleSet who, Decision into) {
        int to = runsFrom[block + 1];
        if (to - runsFrom[block] <= who.count()) {
            for (int run = runsFrom[block]; run < to; run++) {
                if (who.has(roles[run])) {
                    weigh(run, into);
                }
            }
            return;
        }
        for (int i = 0; i < who.count(); i++) {
            int run = run(block, who.role(i));
            if (run >= 0) {
                weigh(run, into);
            }
        }
    }

    private void weigh(int run, Decision into) {
        for (int at = wordsFrom[run]; at < wordsFrom[run + 1]; at++) {
            into.weigh(words[at], book);
        }
    }

    /// The run of a role in a block, -1 if it has nothing there.
    private int run(int block, int role) {
        int from = slotsFrom[block];
        int size = slotsFrom[block + 1] - from;
        if (size == 0) {
            return search(block, role);
        }
        int at = slot(role, size);
        for (long slot = slots[from + at]; slot != 0; slot = slots[from + at]) {
            if (slot >>> 32 == role) {
                return (int) slot - 1;
            }
            at = at + 1 & size - 1;
        }
        return -1;
    }

    private int search(int block, int role) {
        for (int run = runsFrom[block]; run < runsFrom[block + 1]; run++) {
            if (roles[run] == role) {
                return run;
            }
        }
        return -1;
    }

    /// The same rules, whatever their ports.
    List<Rule> around(RoleSet who, Cidr host) {
        List<Rule> found = new ArrayList<>();
        IntConsumer add = run -> {
            for (int at = wordsFrom[run]; at < wordsFrom[run + 1]; at++) {
                found.add(book.rule((int) words[at]));
            }
        };
        for (int length = blocks.lengthsFrom(host.v4()); length < blocks.lengthsTo(host.v4()); length++) {
            int block = blocks.find(length, host.high(), host.low());
            for (int run = runsFrom[block]; run < runsFrom[block + 1]; run++) {
                if (who.has(roles[run])) {
                    add.accept(run);
                }
            }
        }
        return found;
    }
}
