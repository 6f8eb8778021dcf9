package dev.sekisho.control.outbox;

import dev.sekisho.control.outbox.Delivery.State;
import dev.sekisho.control.store.Page;
import dev.sekisho.control.store.Row;
import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.Transaction;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The outbox in the database.
public final class JdbcOutboxStore implements OutboxStore {
    private static final String COLUMNS =
            "id, channel, subject, state, attempts, next_at, made_at, ended_at, last_error";

    @Override
    public void insert(Transaction transaction, Delivery delivery, byte[] sealed) {
        Sql.of(transaction)
                .update(
                        "INSERT INTO outbox (id, channel, subject, message, state, attempts, next_at, made_at,"
                                + " last_error) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                        delivery.id(),
                        delivery.channel(),
                        delivery.subject(),
                        sealed,
                        delivery.state(),
                        delivery.attempts(),
                        delivery.nextAt(),
                        delivery.madeAt(),
                        delivery.lastError());
    }

    private static Delivery map(Row row) throws SQLException {
        return new Delivery(
                row.text("id"),
                row.text("channel"),
                row.text("subject"),
                State.valueOf(row.text("state")),
                row.integer("attempts"),
                row.moment("next_at"),
                row.moment("made_at"),
                row.optionalMoment("ended_at"),
                row.text("last_error"));
    }

    @Override
    public List<Delivery> due(Transaction transaction, Instant now, int limit) {
        return Sql.of(transaction)
                .list(
                        JdbcOutboxStore::map,
                        "SELECT " + COLUMNS
                                + " FROM outbox WHERE state = 'QUEUED' AND next_at <= ? ORDER BY next_at, id LIMIT ?",
                        now,
                        limit);
    }

    @Override
    public boolean claim(Transaction transaction, Delivery delivery, Instant until) {
        return Sql.of(transaction)
                        .update(
                                "UPDATE outbox SET next_at = ?, attempts = attempts + 1"
                                        + " WHERE id = ? AND state = 'QUEUED' AND attempts = ?",
                                until,
                                delivery.id(),
                                delivery.attempts())
                == 1;
    }

    @Override
    public Optional<byte[]> message(Transaction transaction, String id) {
        return Sql.of(transaction).first(row -> row.bytes("message"), "SELECT message FROM outbox WHERE id = ?", id);
    }

    @Override
    public void note(
            Transaction transaction, String id, State state, Instant nextAt, Optional<Instant> endedAt, String error) {
        Sql.of(transaction)
                .update(
                        "UPDATE outbox SET state = ?, next_at = ?, ended_at = ?, last_error = ? WHERE id = ?",
                        state,
                        nextAt,
                        endedAt,
                        error,
                        id);
    }

    @Override
    public Optional<Delivery> find(Transaction transaction, String id) {
        return Sql.of(transaction).first(JdbcOutboxStore::map, "SELECT " + COLUMNS + " FROM outbox WHERE id = ?", id);
    }

    @Override
    public Page<Delivery> list(Transaction transaction, Optional<State> state, Page.Request page) {
        StringBuilder where = new StringBuilder(" WHERE 1 = 1");
        List<@Nullable Object> parameters = new ArrayList<>();
        state.ifPresent(wanted -> {
            where.append(" AND state = ?");
            parameters.add(wanted);
        });
        Sql sql = Sql.of(transaction);
        long total = sql.number("SELECT COUNT(*) AS n FROM outbox" + where, parameters.toArray());
        page.after().ifPresent(id -> {
            where.append(" AND id < ?");
            parameters.add(id);
        });
        parameters.add(page.limit() + 1);
        List<Delivery> read = sql.list(
                JdbcOutboxStore::map,
                "SELECT " + COLUMNS + " FROM outbox" + where + " ORDER BY id DESC LIMIT ?",
                parameters.toArray());
        return page.page(read, total, Delivery::id);
    }

    @Override
    public long countQueued(Transaction transaction) {
        return Sql.of(transaction).number("SELECT COUNT(*) AS n FROM outbox WHERE state = 'QUEUED'");
    }

    @Override
    public Optional<Instant> nextDue(Transaction transaction) {
        return Sql.of(transaction)
                .first(row -> row.optionalMoment("n"), "SELECT MIN(next_at) AS n FROM outbox WHERE state = 'QUEUED'")
                .flatMap(moment -> moment);
    }

    @Override
    public int prune(Transaction transaction, Instant before) {
        return Sql.of(transaction).update("DELETE FROM outbox WHERE state <> 'QUEUED' AND ended_at < ?", before);
    }
}
