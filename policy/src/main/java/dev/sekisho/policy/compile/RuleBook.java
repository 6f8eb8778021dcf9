package dev.sekisho.policy.compile;

import dev.sekisho.policy.PortSet;
import dev.sekisho.policy.Transport;
import java.util.Arrays;
import java.util.List;

/// All rules of a policy, by their number (slot), and the order in which they decide (rank). A number stays with its
/// rule from one book to the next, so that tables of rules outlive a change of others; ranks are each book's own.
/// Immutable and thread-safe.
///
/// Of each rule, in one long, what a decision asks first: most rules around an address don't open the port, and are
/// done with without a look at the rule itself.
///
/// ```
/// 63                  36  35    34   33  32 31             0
/// +---------------------+-----+----+---+---+---------------+
/// | number of the ports |timed|deny|udp|tcp| slot          |
/// +---------------------+-----+----+---+---+---------------+
/// ```
final class RuleBook {
    static final long TCP = 1L << 32;
    static final long UDP = 1L << 33;
    static final long DENY = 1L << 34;

    /// The rule doesn't hold always: ask it.
    static final long TIMED = 1L << 35;

    static final RuleBook EMPTY = new RuleBook(new Rule[0], new int[0], new PortSet[0]);

    private static final int PORTS_SHIFT = 36;

    /// By slot; one that is free holds a rule of before.
    private final Rule[] rules;

    /// Slots by rank.
    private final int[] order;

    /// Ranks by slot.
    private final int[] ranks;

    private final PortSet[] portSets;

    /// Takes the arrays as its own.
    ///
    /// @param rules by slot
    /// @param order slots by [Rule#MOST_SPECIFIC_FIRST]
    /// @param portSets by the numbers in the rules' words
    RuleBook(Rule[] rules, int[] order, PortSet[] portSets) {
        this.rules = rules;
        this.order = order;
        this.portSets = portSets;
        this.ranks = new int[rules.length];
        for (int rank = 0; rank < order.length; rank++) {
            ranks[order[rank]] = rank;
        }
    }

    static long word(Rule rule, int slot, int portsNumber) {
        Transport transport = rule.resource().transport();
        return (long) portsNumber << PORTS_SHIFT
                | slot
                | (transport.includesTcp() ? TCP : 0)
                | (transport.includesUdp() ? UDP : 0)
                | (rule.grant().deny() ? DENY : 0)
                | (rule.isTimed() ? TIMED : 0);
    }

    static int portsNumber(long word) {
        return (int) (word >>> PORTS_SHIFT);
    }

    /// How many rules there are; their ranks are below.
    int count() {
        return order.length;
    }

    /// All slots are below.
    int slots() {
        return rules.length;
    }

    Rule rule(int slot) {
        return rules[slot];
    }

    Rule ranked(int rank) {
        return rules[order[rank]];
    }

    int rank(int slot) {
        return ranks[slot];
    }

    /// The ports of a rule.
    PortSet ports(long word) {
        return portSets[(int) (word >>> PORTS_SHIFT)];
    }

    /// The rules by slot, with room for more, for the next book.
    Rule[] rules(int slots) {
        return Arrays.copyOf(rules, slots);
    }

    /// The order without some and with others, for the next book.
    ///
    /// @param gone ranks, ascending
    /// @param come with their slots, by [Rule#MOST_SPECIFIC_FIRST]
    int[] order(int[] gone, List<Rule> come) {
        int[] next = new int[order.length - gone.length + come.size()];
        int from = 0;
        int to = 0;
        int left = 0;
        for (int i = 0; i <= come.size(); i++) {
            int place = i < come.size() ? place(come.get(i)) : order.length;
            while (left < gone.length && gone[left] < place) {
                System.arraycopy(order, from, next, to, gone[left] - from);
                to += gone[left] - from;
                from = gone[left++] + 1;
            }
            System.arraycopy(order, from, next, to, place - from);
            to += place - from;
            from = place;
            if (i < come.size()) {
                next[to++] = come.get(i).slot();
            }
        }
        return next;
    }

    /// The rank of the first rule that doesn't come before another.
    private int place(Rule rule) {
        int low = 0;
        int high = order.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Rule.MOST_SPECIFIC_FIRST.compare(ranked(middle), rule) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
