package dev.sekisho.control.audit;

import java.time.Instant;
import java.util.Optional;

/// Which records are looked for; all conditions hold. Immutable.
///
/// @param actor who, exactly
/// @param action what, or how it begins: `user` and `user.` find `user.created`
/// @param target to whom or what, exactly
/// @param from the first moment
/// @param to the moment after the last
/// @param text stands somewhere in actor, target or details, in small or capital letters
public record AuditQuery(
        Optional<String> actor,
        Optional<String> action,
        Optional<String> target,
        Optional<Instant> from,
        Optional<Instant> to,
        Optional<String> text) {
    /// All records.
    public static final AuditQuery ALL = new AuditQuery(
            Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
}
