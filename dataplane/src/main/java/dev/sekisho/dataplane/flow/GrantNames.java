package dev.sekisho.dataplane.flow;

import dev.sekisho.policy.GrantId;
import dev.sekisho.policy.ResourceId;
import dev.sekisho.policy.compile.Rule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Numbers for grants, so that a flow's record can say by which grant it lives, even when the policy that held it
/// is gone. Owner: the checkpoint's thread.
///
/// A number is kept as long as a flow [uses][#use] it or the rule that it was asked for is in force; then it is free
/// for
/// another grant. So what is kept is bounded by the flows and the rules in force, however often the policy changes.
final class GrantNames {
    /// The number of no grant.
    static final int NONE = -1;

    /// A grant and what it is about, as they are written to records.
    record Entry(GrantId grant, ResourceId resource) {}

    private final Map<Entry, Integer> numbers = new HashMap<>();
    private final List<@Nullable Entry> entries = new ArrayList<>();

    /// How many flows, and how many rules in force, keep each number.
    private int[] holders = new int[16];

    private final ArrayList<Integer> free = new ArrayList<>();

    /// Rules in force that were asked for, with their numbers: flows of one grant come in bursts.
    private final Map<Rule, Integer> ofRules = new HashMap<>();

    /// The number of a rule in force.
    int numberOf(Rule rule) {
        Integer known = ofRules.get(rule);
        if (known != null) {
            return known;
        }
        Entry entry = new Entry(rule.grant().id(), rule.resource().id());
        Integer number = numbers.get(entry);
        if (number == null) {
            number = add(entry);
        }
        use(number);
        ofRules.put(rule, number);
        return number;
    }

    private int add(Entry entry) {
        int number = free.isEmpty() ? entries.size() : free.removeLast();
        if (number == entries.size()) {
            entries.add(entry);
            holders = number < holders.length ? holders : Arrays.copyOf(holders, 2 * holders.length);
        } else {
            entries.set(number, entry);
        }
        numbers.put(entry, number);
        return number;
    }

    /// A flow lives by a grant from now on.
    void use(int number) {
        holders[number]++;
    }

    /// A flow no longer lives by a grant, or is gone.
    void release(int number) {
        if (number == NONE) {
            return;
        }
        assert holders[number] > 0 : "released more often than used";
        if (--holders[number] == 0) {
            numbers.remove(entry(number));
            entries.set(number, null);
            free.add(number);
        }
    }

    /// What a number in use stands for.
    Entry entry(int number) {
        return Objects.requireNonNull(entries.get(number), "a number in use");
    }

    /// Another policy is in force: its rules are others.
    void forgetRules() {
        ofRules.values().forEach(this::release);
        ofRules.clear();
    }

    /// How many grants are known.
    int size() {
        return numbers.size();
    }
}
