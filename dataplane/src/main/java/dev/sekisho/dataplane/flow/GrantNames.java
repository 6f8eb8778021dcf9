package dev.sekisho.dataplane.flow;

import dev.sekisho.policy.GrantId;
import dev.sekisho.policy.ResourceId;
import dev.sekisho.policy.compile.Rule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Numbers for grants, so that a flow's record can say by which grant it lives, even when the policy that held it
/// is gone. Owner: the checkpoint's thread. Grows with the grants that flows ever used, not with their number.
final class GrantNames {
    /// A grant and what it is about, as they are written to records.
    record Entry(GrantId grant, ResourceId resource) {}

    private final Map<Entry, Integer> numbers = new HashMap<>();
    private final List<Entry> entries = new ArrayList<>();

    /// The rule asked for last and its number: flows of one grant come in bursts.
    private final Map<Rule, Integer> ofRules = new HashMap<>();

    int numberOf(Rule rule) {
        Integer known = ofRules.get(rule);
        if (known != null) {
            return known;
        }
        Entry entry = new Entry(rule.grant().id(), rule.resource().id());
        int number = numbers.computeIfAbsent(entry, added -> {
            entries.add(added);
            return entries.size() - 1;
        });
        ofRules.put(rule, number);
        return number;
    }

    Entry entry(int number) {
        return entries.get(number);
    }

    /// Another policy is in force: its rules are others.
    void forgetRules() {
        ofRules.clear();
    }
}
