package dev.sekisho.policy.compile;

import dev.sekisho.policy.PortSet;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Numbers for the port sets of rules. Equal sets have one, so that they stay in the cache; one that no rule has any
/// more is free for another set. Owner: one compiler.
final class PortNumbers {
    private static final int FIRST_ROOM = 16;

    private final Map<PortSet, Integer> numbers = new HashMap<>();
    private final Deque<Integer> free = new ArrayDeque<>();

    /// By number; one that is free holds a set of before.
    private final List<PortSet> sets = new ArrayList<>();

    private int[] uses = new int[FIRST_ROOM];

    /// What was handed out last, and whether it is out of date.
    private PortSet[] told = new PortSet[0];

    private boolean changed;

    /// The number of the ports of one more rule.
    int take(PortSet ports) {
        Integer known = numbers.get(ports);
        int number = known == null ? add(ports) : known;
        uses[number]++;
        return number;
    }

    private int add(PortSet ports) {
        changed = true;
        int number = free.isEmpty() ? sets.size() : free.pop();
        if (number == sets.size()) {
            sets.add(ports);
            uses = number < uses.length ? uses : Arrays.copyOf(uses, 2 * number);
        } else {
            sets.set(number, ports);
        }
        numbers.put(ports, number);
        return number;
    }

    /// A rule is no more.
    void release(int number) {
        if (--uses[number] == 0) {
            numbers.remove(sets.get(number));
            free.push(number);
        }
    }

    /// The sets by number, for a book: never changed again.
    PortSet[] sets() {
        if (changed) {
            told = sets.toArray(PortSet[]::new);
            changed = false;
        }
        return told;
    }
}
