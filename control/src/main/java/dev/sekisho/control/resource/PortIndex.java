package dev.sekisho.control.resource;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// Sets of ports that come and go like plates on a pile, and which of them have a port in common with another: in a
/// time
/// that grows with those that have, not with those that are there. One owner thread.
///
/// A range is kept at the nodes of a binary tree over all ports that make it up (a segment tree, at most 32), and by
/// its
/// first port. Two ranges meet when one holds the first port of the other.
final class PortIndex {
    private static final int PORTS = 1 << 16;

    private final @Nullable Pile[] nodes = new @Nullable Pile[2 * PORTS];
    private final TreeMap<Integer, Pile> starts = new TreeMap<>();

    /// Numbers, the last on top.
    private static final class Pile {
        private int[] numbers = new int[4];
        private int size;

        void push(int number) {
            if (size == numbers.length) {
                numbers = Arrays.copyOf(numbers, 2 * size);
            }
            numbers[size++] = number;
        }

        void pop() {
            size--;
        }

        void forEach(IntConsumer sink) {
            for (int i = 0; i < size; i++) {
                sink.accept(numbers[i]);
            }
        }
    }

    /// Adds a set.
    ///
    /// @param ranges first and last port of each
    /// @param number its own, larger than those that are there
    void push(int[] ranges, int number) {
        for (int i = 0; i < ranges.length; i += 2) {
            starts.computeIfAbsent(ranges[i], _ -> new Pile()).push(number);
            forNodes(ranges[i], ranges[i + 1], node -> {
                Pile pile = nodes[node];
                if (pile == null) {
                    pile = new Pile();
                    nodes[node] = pile;
                }
                pile.push(number);
            });
        }
    }

    /// Takes away the set that was added last.
    void pop(int[] ranges) {
        for (int i = 0; i < ranges.length; i += 2) {
            requireNonNull(starts.get(ranges[i])).pop();
            forNodes(
                    ranges[i],
                    ranges[i + 1],
                    node -> requireNonNull(nodes[node]).pop());
        }
    }

    private static void forNodes(int first, int last, IntConsumer sink) {
        int low = first + PORTS;
        int high = last + PORTS + 1;
        while (low < high) {
            if ((low & 1) == 1) {
                sink.accept(low++);
            }
            if ((high & 1) == 1) {
                sink.accept(--high);
            }
            low >>= 1;
            high >>= 1;
        }
    }

    /// Hands over the numbers of those that have a port in common with a set; some more than once.
    void meeting(int[] ranges, IntConsumer sink) {
        for (int i = 0; i < ranges.length; i += 2) {
            for (int node = ranges[i] + PORTS; node >= 1; node >>= 1) {
                Pile pile = nodes[node];
                if (pile != null) {
                    pile.forEach(sink);
                }
            }
            starts.subMap(ranges[i], false, ranges[i + 1], true).values().forEach(pile -> pile.forEach(sink));
        }
    }
}
