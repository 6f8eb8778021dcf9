package dev.sekisho.control.enforce;

import dev.sekisho.control.audit.AuditRecord;
import java.util.List;
import java.util.TreeSet;

/// Up to which audit record everything was told. A change is told a moment after it is in the database, and of two
/// at once the second may be told first: the number of the last record there is says nothing of what is known here.
/// Guarded by its owner.
final class ToldRecords {
    private long upTo;

    /// Those beyond the first that is missing.
    private final TreeSet<Long> beyond = new TreeSet<>();

    /// These were told.
    void add(List<AuditRecord> records) {
        records.forEach(record -> {
            if (record.seq() > upTo) {
                beyond.add(record.seq());
            }
        });
        advance();
    }

    /// Everything up to this one was read, told or not: before the start, or by others.
    void read(long seq) {
        upTo = Math.max(upTo, seq);
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
