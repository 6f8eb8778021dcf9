package dev.sekisho.control.enforce;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Values by name, as a list that is the one before but for what was changed: a value keeps its place, a new one comes
/// last. A change costs a search among places and moves what is behind it in one go. One owner thread.
final class StableList<T> {
    private static final int FIRST_ROOM = 16;

    private final Map<String, Long> tickets = new HashMap<>();
    private final ArrayList<T> values = new ArrayList<>();

    /// Of each value, ascending: they don't change when others go, as places do.
    private long[] order = new long[FIRST_ROOM];

    private long nextTicket;
    private List<T> told = List.of();
    private boolean changed;

    /// Puts a value in the place of the one of the same name, or last. One that is equal to it changes nothing.
    void put(String name, T value) {
        Long ticket = tickets.get(name);
        if (ticket == null) {
            if (values.size() == order.length) {
                order = Arrays.copyOf(order, 2 * order.length);
            }
            order[values.size()] = nextTicket;
            tickets.put(name, nextTicket++);
            values.add(value);
            changed = true;
        } else {
            int place = place(ticket);
            if (!values.get(place).equals(value)) {
                values.set(place, value);
                changed = true;
            }
        }
    }

    /// Takes the value of a name away, if there is one.
    void remove(String name) {
        Long ticket = tickets.remove(name);
        if (ticket != null) {
            int place = place(ticket);
            System.arraycopy(order, place + 1, order, place, values.size() - place - 1);
            values.remove(place);
            changed = true;
        }
    }

    private int place(long ticket) {
        return Arrays.binarySearch(order, 0, values.size(), ticket);
    }

    /// The values. The same list as long as nothing is changed; it never changes itself.
    List<T> list() {
        if (changed) {
            told = List.copyOf(values);
            changed = false;
        }
        return told;
    }
}
