package dev.sekisho.control.audit;

import java.time.Instant;

/// A checkpoint as it was signed. Immutable.
///
/// @param size records
/// @param at when it was signed
/// @param note the signed note, for [dev.sekisho.control.merkle.NoteKey#open]
public record SignedCheckpoint(long size, Instant at, String note) {
    /// The checkpoint as it is exported and sent: one line of JSON in plain ASCII, without a line end.
    public String line() {
        StringBuilder line = new StringBuilder("{\"checkpoint\":");
        AuditLine.quote(line, note);
        return line.append('}').toString();
    }
}
