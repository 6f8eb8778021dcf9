package dev.sekisho.control.audit;

import java.time.Instant;

/// One line of the audit log. Immutable.
///
/// @param seq 1 for the first, then without gaps
/// @param at when, in milliseconds
/// @param actor who
/// @param action what, such as `user.created`
/// @param target to whom or what, by name; may be empty
/// @param details the event's other fields, as a JSON object
/// @param hash hexadecimal
public record AuditRecord(
        long seq, Instant at, Actor actor, String action, String target, String details, String hash) {}
