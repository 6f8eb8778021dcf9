package dev.sekisho.policy.compile;

import dev.sekisho.policy.PortSet;
import dev.sekisho.policy.Transport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// All rules of a policy in the order in which they decide, and of each, in one long, what a decision asks first: most
/// rules around an address don't open the port, and are done with without a look at the rule itself. Immutable and
/// thread-safe.
///
/// ```
/// 63                  36  35    34   33  32 31             0
/// +---------------------+-----+----+---+---+---------------+
/// | number of the ports |timed|deny|udp|tcp| rank          |
/// +---------------------+-----+----+---+---+---------------+
/// ```
final class RuleBook {
    static final long TCP = 1L << 32;
    static final long UDP = 1L << 33;
    static final long DENY = 1L << 34;

    /// The rule doesn't hold always: ask it.
    static final long TIMED = 1L << 35;

    private static final int PORTS_SHIFT = 36;

    private final Rule[] rules;
    private final long[] words;

    /// Equal ones once: they stay in the cache.
    private final PortSet[] portSets;

    /// @param sorted by [Rule#MOST_SPECIFIC_FIRST]; gets its ranks
    RuleBook(List<Rule> sorted) {
        rules = sorted.toArray(Rule[]::new);
        words = new long[rules.length];
        Map<PortSet, Integer> numbers = new HashMap<>();
        List<PortSet> distinct = new ArrayList<>();
        for (int rank = 0; rank < rules.length; rank++) {
            Rule rule = rules[rank];
            rule.rank(rank);
            int number = numbers.computeIfAbsent(rule.resource().ports(), ports -> {
                distinct.add(ports);
                return distinct.size() - 1;
            });
            Transport transport = rule.resource().transport();
            words[rank] = (long) number << PORTS_SHIFT
                    | rank
                    | (transport.includesTcp() ? TCP : 0)
                    | (transport.includesUdp() ? UDP : 0)
                    | (rule.grant().deny() ? DENY : 0)
                    | (rule.isTimed() ? TIMED : 0);
        }
        portSets = distinct.toArray(PortSet[]::new);
    }

    /// How many rules there are; their ranks are below.
    int count() {
        return rules.length;
    }

    Rule rule(int rank) {
        return rules[rank];
    }

    /// What a decision asks first.
    long word(int rank) {
        return words[rank];
    }

    /// The ports of a rule.
    PortSet ports(long word) {
        return portSets[(int) (word >>> PORTS_SHIFT)];
    }
}
