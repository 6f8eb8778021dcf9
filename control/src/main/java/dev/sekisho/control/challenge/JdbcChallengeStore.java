package dev.sekisho.control.challenge;

import dev.sekisho.control.challenge.Challenge.Method;
import dev.sekisho.control.challenge.Challenge.Purpose;
import dev.sekisho.control.challenge.Challenge.State;
import dev.sekisho.control.challenge.Challenge.Subject;
import dev.sekisho.control.store.Page;
import dev.sekisho.control.store.Row;
import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.Transaction;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Challenges in the database.
public final class JdbcChallengeStore implements ChallengeStore {
    private static final String COLUMNS =
            "id, purpose, user_id, user_name, device, resource, target, protocol, source, number, choices,"
                    + " wrong_numbers, state, method, opened_at, expires_at, settled_at";

    @Override
    public void insert(Transaction transaction, Challenge challenge, String key, byte[] linkHash) {
        Subject subject = challenge.subject();
        Sql.of(transaction)
                .update(
                        "INSERT INTO challenge (id, purpose, open_key, user_id, user_name, device, resource, target,"
                                + " protocol, source, number, choices, wrong_numbers, link_hash, state, opened_at,"
                                + " expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                        challenge.id(),
                        challenge.purpose(),
                        key,
                        challenge.userId(),
                        challenge.userName(),
                        subject.device(),
                        subject.resource(),
                        subject.target(),
                        subject.protocol(),
                        subject.source(),
                        challenge.number(),
                        challenge.choices().stream().map(String::valueOf).collect(Collectors.joining(",")),
                        challenge.wrongNumbers(),
                        linkHash,
                        challenge.state(),
                        challenge.openedAt(),
                        challenge.expiresAt());
    }

    private static Challenge map(Row row) throws SQLException {
        return new Challenge(
                row.text("id"),
                Purpose.valueOf(row.text("purpose")),
                row.text("user_id"),
                row.text("user_name"),
                new Subject(
                        row.text("device"),
                        row.text("resource"),
                        row.text("target"),
                        row.text("protocol"),
                        row.text("source")),
                row.integer("number"),
                Arrays.stream(row.text("choices").split(",", -1))
                        .map(Integer::valueOf)
                        .toList(),
                row.integer("wrong_numbers"),
                State.valueOf(row.text("state")),
                row.optionalText("method").map(Method::valueOf),
                row.moment("opened_at"),
                row.moment("expires_at"),
                row.optionalMoment("settled_at"));
    }

    @Override
    public Optional<Challenge> find(Transaction transaction, String id) {
        return Sql.of(transaction)
                .first(JdbcChallengeStore::map, "SELECT " + COLUMNS + " FROM challenge WHERE id = ?", id);
    }

    @Override
    public Optional<Challenge> openOf(Transaction transaction, String key) {
        return Sql.of(transaction)
                .first(JdbcChallengeStore::map, "SELECT " + COLUMNS + " FROM challenge WHERE open_key = ?", key);
    }

    @Override
    public Optional<String> keyOf(Transaction transaction, String id) {
        return Sql.of(transaction)
                .first(row -> row.optionalText("open_key"), "SELECT open_key FROM challenge WHERE id = ?", id)
                .flatMap(key -> key);
    }

    @Override
    public boolean hasLink(Transaction transaction, String id, byte[] linkHash) {
        return Sql.of(transaction)
                        .number("SELECT COUNT(*) AS n FROM challenge WHERE id = ? AND link_hash = ?", id, linkHash)
                == 1;
    }

    @Override
    public boolean settle(Transaction transaction, String id, State state, Optional<Method> method, Instant at) {
        return Sql.of(transaction)
                        .update(
                                "UPDATE challenge SET state = ?, method = ?, settled_at = ?, open_key = NULL,"
                                        + " link_hash = NULL WHERE id = ? AND state = 'OPEN'",
                                state,
                                method,
                                at,
                                id)
                == 1;
    }

    @Override
    public void countWrongNumber(Transaction transaction, String id) {
        Sql.of(transaction).update("UPDATE challenge SET wrong_numbers = wrong_numbers + 1 WHERE id = ?", id);
    }

    @Override
    public List<Challenge> due(Transaction transaction, Instant now, int limit) {
        return Sql.of(transaction)
                .list(
                        JdbcChallengeStore::map,
                        "SELECT " + COLUMNS + " FROM challenge WHERE state = 'OPEN' AND expires_at <= ?"
                                + " ORDER BY expires_at LIMIT ?",
                        now,
                        limit);
    }

    @Override
    public long countOpen(Transaction transaction, String userId) {
        return Sql.of(transaction)
                .number("SELECT COUNT(*) AS n FROM challenge WHERE user_id = ? AND state = 'OPEN'", userId);
    }

    @Override
    public long countVain(Transaction transaction, String userId, Instant since) {
        return Sql.of(transaction)
                .number(
                        "SELECT COUNT(*) AS n FROM challenge WHERE user_id = ? AND opened_at >= ?"
                                + " AND state IN ('DENIED', 'EXPIRED')",
                        userId,
                        since);
    }

    @Override
    public Page<Challenge> list(
            Transaction transaction, Optional<String> userId, Optional<State> state, Page.Request page) {
        StringBuilder where = new StringBuilder(" WHERE 1 = 1");
        List<@Nullable Object> parameters = new ArrayList<>();
        userId.ifPresent(id -> {
            where.append(" AND user_id = ?");
            parameters.add(id);
        });
        state.ifPresent(wanted -> {
            where.append(" AND state = ?");
            parameters.add(wanted);
        });
        Sql sql = Sql.of(transaction);
        long total = sql.number("SELECT COUNT(*) AS n FROM challenge" + where, parameters.toArray());
        page.after().ifPresent(id -> {
            where.append(" AND id < ?");
            parameters.add(id);
        });
        parameters.add(page.limit() + 1);
        List<Challenge> read = sql.list(
                JdbcChallengeStore::map,
                "SELECT " + COLUMNS + " FROM challenge" + where + " ORDER BY id DESC LIMIT ?",
                parameters.toArray());
        return page.page(read, total, Challenge::id);
    }

    @Override
    public int prune(Transaction transaction, Instant before) {
        return Sql.of(transaction).update("DELETE FROM challenge WHERE state <> 'OPEN' AND settled_at < ?", before);
    }
}
