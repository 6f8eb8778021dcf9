package dev.sekisho.control.request;

import dev.sekisho.control.role.NameKey;
import dev.sekisho.control.store.Filter;
import dev.sekisho.control.store.Page;
import dev.sekisho.control.store.Row;
import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.Transaction;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/// Requests in the database. Thread-safe.
public final class JdbcRequestStore implements RequestStore {
    private static final String FROM =
            " FROM access_request q JOIN resource r ON r.id = q.resource_id" + " JOIN app_user u ON u.id = q.user_id";

    private static final String SELECT = "SELECT q.id, q.user_id, u.name AS user_name, q.resource_id,"
            + " r.name AS resource_name, q.reason, q.ticket, q.duration_seconds, q.approvals, q.state, q.opened_at,"
            + " q.expires_at, q.access_until, q.grant_id, q.version" + FROM;

    @Override
    public Page<AccessRequest> page(Transaction transaction, Query query, Page.Request request) {
        Filter filter = new Filter()
                .and("q.user_id = ?", query.userId())
                .and("q.state = ?", query.state())
                .contains(
                        "(r.name_key LIKE ? ESCAPE '!' OR u.name_key LIKE ? ESCAPE '!' OR LOWER(q.reason) LIKE ?"
                                + " ESCAPE '!' OR LOWER(q.ticket) LIKE ? ESCAPE '!')",
                        query.text().map(NameKey::of));
        Sql sql = Sql.of(transaction);
        long total = sql.number("SELECT COUNT(*) AS n" + FROM + filter.where(), filter.parameters());
        filter.and("q.id < ?", request.after());
        List<AccessRequest> read =
                list(sql, filter.where() + " ORDER BY q.id DESC LIMIT ?", filter.parameters(request.limit() + 1));
        return request.page(read, total, AccessRequest::id);
    }

    @Override
    public Optional<AccessRequest> find(Transaction transaction, String id) {
        return list(Sql.of(transaction), " WHERE q.id = ?", id).stream().findFirst();
    }

    @Override
    public long open(Transaction transaction, String userId, String resourceId, Instant now) {
        return Sql.of(transaction)
                .number(
                        "SELECT COUNT(*) AS n FROM access_request WHERE user_id = ? AND resource_id = ?"
                                + " AND state = ? AND expires_at > ?",
                        userId,
                        resourceId,
                        AccessRequest.State.OPEN,
                        now);
    }

    @Override
    public Set<String> requested(Transaction transaction, String userId, Map<String, Instant> since, Instant now) {
        if (since.isEmpty()) {
            return Set.of();
        }
        StringJoiner some = new StringJoiner(" OR ", " AND (", ")");
        List<Object> parameters = new ArrayList<>(List.of(userId));
        since.forEach((resourceId, moment) -> {
            some.add("(resource_id = ? AND (opened_at >= ? OR (state = ? AND expires_at > ?)))");
            parameters.addAll(List.of(resourceId, moment, AccessRequest.State.OPEN, now));
        });
        return Set.copyOf(Sql.of(transaction)
                .list(
                        row -> row.text("resource_id"),
                        "SELECT DISTINCT resource_id FROM access_request WHERE user_id = ?" + some,
                        parameters.toArray()));
    }

    @Override
    public List<AccessRequest> due(Transaction transaction, Instant now, int limit) {
        return list(
                Sql.of(transaction),
                " WHERE (q.state = ? AND q.expires_at <= ?) OR (q.state = ? AND q.access_until <= ?)"
                        + " ORDER BY q.id LIMIT ?",
                AccessRequest.State.OPEN,
                now,
                AccessRequest.State.APPROVED,
                now,
                limit);
    }

    private static List<AccessRequest> list(Sql sql, String rest, @Nullable Object... parameters) {
        List<AccessRequest> bare = sql.list(JdbcRequestStore::request, SELECT + rest, parameters);
        return bare.stream().map(request -> withVotes(sql, request)).toList();
    }

    /// A request has a few votes, and a page a few requests.
    private static AccessRequest withVotes(Sql sql, AccessRequest request) {
        AccessRequest whole = request;
        for (AccessRequest.Vote vote : sql.list(
                row -> new AccessRequest.Vote(
                        new AccessRequest.Named(row.text("user_id"), row.text("user_name")),
                        row.flag("approve"),
                        row.text("comment"),
                        row.moment("at")),
                "SELECT user_id, user_name, approve, comment, at FROM access_vote WHERE request_id = ?"
                        + " ORDER BY at, user_id",
                request.id())) {
            whole = whole.with(vote);
        }
        return whole;
    }

    private static AccessRequest request(Row row) throws SQLException {
        return new AccessRequest(
                row.text("id"),
                new AccessRequest.Named(row.text("user_id"), row.text("user_name")),
                new AccessRequest.Named(row.text("resource_id"), row.text("resource_name")),
                new AccessRequest.Wish(
                        row.text("reason"), row.text("ticket"), Duration.ofSeconds(row.number("duration_seconds"))),
                row.integer("approvals"),
                List.of(),
                AccessRequest.State.valueOf(row.text("state")),
                row.moment("opened_at"),
                row.moment("expires_at"),
                row.optionalMoment("access_until"),
                row.optionalText("grant_id"),
                row.number("version"));
    }

    @Override
    public void insert(Transaction transaction, AccessRequest request) {
        Sql.of(transaction)
                .update(
                        "INSERT INTO access_request (id, resource_id, user_id, reason, ticket, duration_seconds,"
                                + " approvals, state, opened_at, expires_at, version)"
                                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                        request.id(),
                        request.resource().id(),
                        request.user().id(),
                        request.wish().reason(),
                        request.wish().ticket(),
                        request.wish().duration().toSeconds(),
                        request.approvals(),
                        request.state(),
                        request.openedAt(),
                        request.expiresAt(),
                        request.version());
    }

    @Override
    public boolean update(Transaction transaction, AccessRequest request) {
        return Sql.of(transaction)
                        .update(
                                "UPDATE access_request SET state = ?, access_until = ?, grant_id = ?, version = ?"
                                        + " WHERE id = ? AND version = ?",
                                request.state(),
                                request.accessUntil(),
                                request.grantId(),
                                request.version(),
                                request.id(),
                                request.version() - 1)
                > 0;
    }

    @Override
    public void vote(Transaction transaction, String requestId, AccessRequest.Vote vote) {
        Sql.of(transaction)
                .update(
                        "INSERT INTO access_vote (request_id, user_id, user_name, approve, comment, at)"
                                + " VALUES (?, ?, ?, ?, ?, ?)",
                        requestId,
                        vote.by().id(),
                        vote.by().name(),
                        vote.approve(),
                        vote.comment(),
                        vote.at());
    }
}
