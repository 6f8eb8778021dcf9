package dev.sekisho.control.audit;

import java.time.Instant;

/// One line of the audit log. Immutable.
///
/// @param seq 1 for the first, then without gaps
/// @param at when, in milliseconds
/// @param actor who
/// @param action what, such as `user.created`
/// @param target to whom or what, by name; may be empty
/// @param details the event's other fields, as a JSON object in plain ASCII
/// @param hash of the record as a leaf of the Merkle tree, in hexadecimal
public record AuditRecord(
        long seq, Instant at, Actor actor, String action, String target, String details, String hash) {
    /// The record as it is hashed, exported and sent: one line of JSON in plain ASCII, without a line end.
    public byte[] line() {
        return AuditLine.of(this);
    }

    AuditRecord withHash(String leaf) {
        return new AuditRecord(seq, at, actor, action, target, details, leaf);
    }
}
