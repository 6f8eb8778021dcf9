package dev.sekisho.control.enforce;

import java.util.Collection;
import java.util.TreeSet;

/// Up to which audit record everything was told. A change is told a moment after it is in the database, and of two
/// at once the second may be told first: the number of the last record there is says nothing of what is known here.
/// Guarded by its owner.
final class ToldRecords {
    private long upTo;

    /// Those beyond the first that is missing.
    private final TreeSet<Long> beyond = new TreeSet<>();

    /// These were told.
    void add(Collection<Long> numbers) {
        numbers.stream().filter(number -> number > upTo).forEach(beyond::add);
        advance();
    }

    /// Everything up to this one was read, told or not: what was there before the start.
    void read(long number) {
        upTo = Math.max(upTo, number);
        beyond.headSet(upTo, true).clear();
        advance();
    }

    private void advance() {
        while (!beyond.isEmpty() && beyond.first() == upTo + 1) {
            upTo = beyond.removeFirst();
        }
    }

    /// The last record before the first that was not told.
    long upTo() {
        return upTo;
    }
}
