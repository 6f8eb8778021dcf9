package dev.sekisho.policy.compile;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/// What roles have in one block, in one array of longs: a run is what one role has there. Immutable; no decision
/// allocates. A static view, so that a block costs one object and is found with one load.
///
/// A decision goes through the runs or through the roles of the asker, whichever are fewer: it costs no more than the
/// asker has roles, however many others have something in the block. For that many runs have a small hash table: a
/// slot is a role and the number of its run (from 1; 0 = empty slot).
///
/// ```
/// 0                slots of the hash table << 32 | runs
/// 1 .. runs        role << 32 | where its run begins; the roles ascend
///   .. slots       role << 32 | number of its run
///   .. the end     words of rules, run after run
/// ```
final class RoleRuns {
    /// Fewer runs are searched one by one.
    private static final int FEW_RUNS = 8;

    private static final int ROLE_SHIFT = 32;

    private RoleRuns() {}

    /// Packs the rules of one block. Used again and again, by one thread.
    static final class Packer {
        private static final int FIRST_ROOM = 16;

        private int[] roles = new int[FIRST_ROOM];
        private long[] words = new long[FIRST_ROOM];
        private int count;
        private int runs;

        /// Adds a rule; those of one role come together, the roles ascend.
        void add(int role, long word) {
            if (count == words.length) {
                roles = Arrays.copyOf(roles, 2 * count);
                words = Arrays.copyOf(words, 2 * count);
            }
            runs += count == 0 || roles[count - 1] != role ? 1 : 0;
            roles[count] = role;
            words[count++] = word;
        }

        /// What was added since the last time.
        long[] pack() {
            int slots = runs <= FEW_RUNS ? 0 : 2 * Integer.highestOneBit(2 * runs - 1);
            int wordsFrom = 1 + runs + slots;
            long[] packed = new long[wordsFrom + count];
            packed[0] = (long) slots << ROLE_SHIFT | runs;
            int run = 0;
            for (int i = 0; i < count; i++) {
                if (i == 0 || roles[i] != roles[i - 1]) {
                    packed[1 + run++] = (long) roles[i] << ROLE_SHIFT | wordsFrom + i;
                    insert(packed, slots, roles[i], run);
                }
                packed[wordsFrom + i] = words[i];
            }
            count = 0;
            runs = 0;
            return packed;
        }

        private void insert(long[] packed, int slots, int role, int number) {
            if (slots == 0) {
                return;
            }
            int from = 1 + runs;
            int at = slot(role, slots);
            while (packed[from + at] != 0) {
                at = at + 1 & slots - 1;
            }
            packed[from + at] = (long) role << ROLE_SHIFT | number;
        }
    }

    /// How many roles have something here.
    static int count(long[] packed) {
        return (int) packed[0];
    }

    private static int slot(int role, int slots) {
        return (role * 0x9e3779b9) >>> Integer.numberOfLeadingZeros(slots - 1);
    }

    /// Weighs what somebody has here by their roles.
    static void weigh(long[] packed, RoleSet who, Decision into) {
        int runs = count(packed);
        if (runs <= who.count()) {
            for (int run = 1; run <= runs; run++) {
                if (who.has(role(packed, run))) {
                    weigh(packed, run, into);
                }
            }
            return;
        }
        for (int i = 0; i < who.count(); i++) {
            int run = run(packed, who.role(i));
            if (run != 0) {
                weigh(packed, run, into);
            }
        }
    }

    private static int role(long[] packed, int run) {
        return (int) (packed[run] >>> ROLE_SHIFT);
    }

    private static void weigh(long[] packed, int run, Decision into) {
        int end = end(packed, run);
        for (int at = (int) packed[run]; at < end; at++) {
            into.weigh(packed[at]);
        }
    }

    private static int end(long[] packed, int run) {
        return run < count(packed) ? (int) packed[run + 1] : packed.length;
    }

    /// The number of a role's run, 0 if it has nothing here.
    private static int run(long[] packed, int role) {
        int runs = count(packed);
        int slots = (int) (packed[0] >>> ROLE_SHIFT);
        if (slots == 0) {
            return search(packed, runs, role);
        }
        int from = 1 + runs;
        int at = slot(role, slots);
        for (long slot = packed[from + at]; slot != 0; slot = packed[from + at]) {
            if (slot >>> ROLE_SHIFT == role) {
                return (int) slot;
            }
            at = at + 1 & slots - 1;
        }
        return 0;
    }

    private static int search(long[] packed, int runs, int role) {
        for (int run = 1; run <= runs; run++) {
            if (role(packed, run) == role) {
                return run;
            }
        }
        return 0;
    }

    /// The rules that somebody has here, whatever their ports.
    static void collect(long[] packed, RoleSet who, RuleBook book, List<Rule> into) {
        for (int run = 1; run <= count(packed); run++) {
            if (who.has(role(packed, run))) {
                for (int at = (int) packed[run]; at < end(packed, run); at++) {
                    into.add(book.rule((int) packed[at]));
                }
            }
        }
    }

    /// All rules.
    static void all(long[] packed, RuleBook book, Consumer<Rule> into) {
        if (count(packed) > 0) {
            for (int at = (int) packed[1]; at < packed.length; at++) {
                into.accept(book.rule((int) packed[at]));
            }
        }
    }
}
