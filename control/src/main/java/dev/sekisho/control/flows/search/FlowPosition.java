package dev.sekisho.control.flows.search;

import dev.sekisho.control.flows.FlowLogFiles;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A place in the flow log: where a line starts. As text `2026-11-30.2:4711`. Immutable.
///
/// @param sequence 1, 2, ... of the file within the day
/// @param offset bytes from the start of the file
record FlowPosition(LocalDate day, int sequence, long offset) {
    private static final Pattern FORM =
            Pattern.compile("([0-9]{4}-[0-9]{2}-[0-9]{2})(?:\\.([1-9][0-9]{0,8}))?:(0|[1-9][0-9]{0,17})");

    static FlowPosition of(FlowLogFiles.LogFile file, long offset) {
        return new FlowPosition(file.day(), file.sequence(), offset);
    }

    /// Reads one.
    ///
    /// @throws IllegalArgumentException when it is none
    static FlowPosition parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("the cursor is none of ours: take `next` of the page before");
        }
        try {
            String sequence = matcher.group(2);
            return new FlowPosition(
                    LocalDate.parse(matcher.group(1)),
                    sequence == null ? 1 : Integer.parseInt(sequence),
                    Long.parseLong(matcher.group(3)));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("the cursor names a day that there is not", e);
        }
    }

    /// Where before it lines of a file end: at the place itself in its own file, nowhere in newer ones.
    ///
    /// @param size of the file
    long endIn(FlowLogFiles.LogFile file, long size) {
        int byDay = file.day().compareTo(day);
        int order = byDay != 0 ? byDay : Integer.compare(file.sequence(), sequence);
        return order > 0 ? 0 : order == 0 ? Math.min(offset, size) : size;
    }

    @Override
    public String toString() {
        return day + (sequence == 1 ? "" : "." + sequence) + ":" + offset;
    }
}
