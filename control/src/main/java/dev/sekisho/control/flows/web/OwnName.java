package dev.sekisho.control.flows.web;

import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.control.web.Problem;
import java.time.Instant;
import java.util.Optional;

/// A user's name and since when it is surely theirs. The flow log knows people by name, and a name that somebody
/// gave up may be taken by another, who must not see what came before.
///
/// @param since when the user was made, and after everybody who was called so before gave the name up
record OwnName(String name, Instant since) {
    private record User(String name, long createdAt) {}

    static OwnName of(Transaction transaction, String userId) {
        Optional<User> user = Sql.of(transaction)
                .first(
                        row -> new User(row.text("name"), row.number("created_at")),
                        "SELECT name, created_at FROM app_user WHERE id = ?",
                        userId);
        return user.map(known -> new OwnName(
                        known.name(),
                        Instant.ofEpochMilli(Math.max(known.createdAt(), givenUp(transaction, known.name())))))
                .orElseThrow(() -> Problem.notFound("there is no such user any more"));
    }

    private static long givenUp(Transaction transaction, String name) {
        return Sql.of(transaction)
                .number(
                        "SELECT COALESCE(MAX(at), 0) AS n FROM audit_record WHERE target = ? AND (action ="
                                + " 'user.deleted' OR (action = 'user.changed' AND details LIKE '%\"name\"%'))",
                        name);
    }
}
