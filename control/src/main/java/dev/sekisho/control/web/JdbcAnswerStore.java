package dev.sekisho.control.web;

import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.Transaction;
import java.time.Instant;
import java.util.Optional;

/// Answers in the table `idempotent_answer`. Thread-safe.
public final class JdbcAnswerStore implements AnswerStore {
    public JdbcAnswerStore() {}

    @Override
    public Optional<Known> find(Transaction transaction, String id) {
        return Sql.of(transaction)
                .first(
                        row -> new Known(
                                row.text("request_hash"),
                                Optional.ofNullable(row.optionalBytes("answer")),
                                row.moment("at")),
                        "SELECT request_hash, answer, at FROM idempotent_answer WHERE id = ?",
                        id);
    }

    @Override
    public void claim(Transaction transaction, String id, String requestHash, Instant now) {
        Sql.of(transaction)
                .update("INSERT INTO idempotent_answer (id, request_hash, at) VALUES (?, ?, ?)", id, requestHash, now);
    }

    @Override
    public void keep(Transaction transaction, String id, byte[] answer) {
        Sql.of(transaction).update("UPDATE idempotent_answer SET answer = ? WHERE id = ?", answer, id);
    }

    @Override
    public void forget(Transaction transaction, String id) {
        Sql.of(transaction).update("DELETE FROM idempotent_answer WHERE id = ?", id);
    }

    @Override
    public void forgetBefore(Transaction transaction, Instant moment) {
        Sql.of(transaction).update("DELETE FROM idempotent_answer WHERE at < ?", moment);
    }
}
