package dev.sekisho.policy.compile;

import dev.sekisho.policy.Grant;
import dev.sekisho.policy.IpResource;
import dev.sekisho.policy.PortSet;
import dev.sekisho.policy.Validity;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes rules and gives them their numbers in one [RuleBook] after the other. Owner: one compiler.
final class RuleMaker {
    /// Timings that no rule has any more are forgotten when there are so many more than rules.
    private static final int SPARE_TIMINGS = 1000;

    private final Map<Validity, Timing> timings = new HashMap<>();
    private final PortNumbers ports = new PortNumbers();

    /// Slots of rules that are gone.
    private final Deque<Integer> free = new ArrayDeque<>();

    /// A rule that is in no book yet.
    ///
    /// @param handOff the ports whose TCP flows go to a proxy, null for none
    Rule rule(Grant grant, IpResource resource, @Nullable PortSet handOff) {
        return new Rule(grant, resource, handOff, timings.computeIfAbsent(grant.validity(), Timing::of));
    }

    /// A book of new rules: each one's slot is its rank.
    ///
    /// @param sorted by [Rule#MOST_SPECIFIC_FIRST]
    RuleBook first(List<Rule> sorted) {
        int[] order = new int[sorted.size()];
        for (int slot = 0; slot < order.length; slot++) {
            order[slot] = slot;
            number(sorted.get(slot), slot);
        }
        return new RuleBook(sorted.toArray(Rule[]::new), order, ports.sets());
    }

    private void number(Rule rule, int slot) {
        rule.word(RuleBook.word(rule, slot, ports.take(rule.resource().ports())));
    }

    /// The book after `before`, which is the last that was made here.
    ///
    /// @param gone are in `before`, each once
    /// @param come are new, in any order
    RuleBook next(RuleBook before, Collection<Rule> gone, Collection<Rule> come) {
        int[] goneRanks = new int[gone.size()];
        int left = 0;
        for (Rule rule : gone) {
            goneRanks[left++] = before.rank(rule.slot());
            free.push(rule.slot());
            ports.release(RuleBook.portsNumber(rule.word()));
        }
        Arrays.sort(goneRanks);
        List<Rule> sorted = come.stream().sorted(Rule.MOST_SPECIFIC_FIRST).toList();
        Rule[] rules = before.rules(before.slots() + Math.max(0, sorted.size() - free.size()));
        int slots = before.slots();
        for (Rule rule : sorted) {
            int slot = free.isEmpty() ? slots++ : free.pop();
            number(rule, slot);
            rules[slot] = rule;
        }
        int[] order = before.order(goneRanks, sorted);
        RuleBook book = new RuleBook(rules, order, ports.sets());
        forgetTimings(book);
        return book;
    }

    private void forgetTimings(RuleBook book) {
        if (timings.size() > book.count() + SPARE_TIMINGS) {
            timings.clear();
            for (int rank = 0; rank < book.count(); rank++) {
                Rule rule = book.ranked(rank);
                timings.put(rule.grant().validity(), rule.timing());
            }
        }
    }
}
