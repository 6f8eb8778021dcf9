package dev.sekisho.control.grant;

import dev.sekisho.control.role.NameKey;
import dev.sekisho.control.store.Filter;
import dev.sekisho.control.store.Page;
import dev.sekisho.control.store.Row;
import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.Validity;
import dev.sekisho.policy.WeeklySchedule;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Grants in the database. Thread-safe.
public final class JdbcGrantStore implements GrantStore {
    private static final String FROM = " FROM access_grant g JOIN resource r ON r.id = g.resource_id"
            + " LEFT JOIN app_user u ON u.id = g.user_id LEFT JOIN role o ON o.id = g.role_id";

    private static final String SELECT = "SELECT g.id, g.resource_id, r.name AS resource_name, g.user_id,"
            + " u.name AS user_name, g.role_id, o.name AS role_name, g.network, g.deny, g.mfa, g.from_at, g.until_at,"
            + " g.weekly, g.comment, g.created_at, g.created_by, g.version" + FROM;

    @Override
    public Page<AccessGrant> page(Transaction transaction, GrantQuery query, Page.Request request) {
        Sql sql = Sql.of(transaction);
        Filter filter = new Filter();
        query.text().map(text -> JdbcGrantText.in(sql, NameKey.of(text))).ifPresent(filter::and);
        filter.and("g.resource_id = ?", query.resourceId())
                .and("g.user_id = ?", query.userId())
                .and("g.role_id = ?", query.roleId())
                .and("(g.until_at IS NULL OR g.until_at > ?)", query.notOverAt());
        if (query.text().isPresent()) {
            Sql.Hits hits = sql.search(
                    "SELECT g.id FROM access_grant g",
                    filter,
                    new Filter().and("id > ?", request.after()),
                    "id",
                    request.limit() + 1);
            return request.page(some(transaction, hits.ids()), hits.total(), AccessGrant::id);
        }
        // Without the joins, which add no row and lose none.
        long total = sql.number("SELECT COUNT(*) AS n FROM access_grant g" + filter.where(), filter.parameters());
        filter.and("g.id > ?", request.after());
        List<AccessGrant> read = sql.list(
                JdbcGrantStore::grant,
                SELECT + filter.where() + " ORDER BY g.id LIMIT ?",
                filter.parameters(request.limit() + 1));
        return request.page(read, total, AccessGrant::id);
    }

    @Override
    public void all(Transaction transaction, Consumer<AccessGrant> sink) {
        Map<String, WeeklySchedule> schedules = new HashMap<>();
        Sql.of(transaction)
                .list(row -> grant(row, schedules), SELECT + " ORDER BY g.id")
                .forEach(sink);
    }

    @Override
    public List<AccessGrant> some(Transaction transaction, Collection<String> ids) {
        return Sql.of(transaction).listOf(JdbcGrantStore::grant, SELECT + " WHERE g.id IN (:keys) ORDER BY g.id", ids);
    }

    @Override
    public List<AccessGrant> of(Transaction transaction, String userId, Collection<String> roleIds) {
        Sql sql = Sql.of(transaction);
        List<AccessGrant> found =
                new ArrayList<>(sql.list(JdbcGrantStore::grant, SELECT + " WHERE g.user_id = ? ORDER BY g.id", userId));
        found.addAll(sql.listOf(JdbcGrantStore::grant, SELECT + " WHERE g.role_id IN (:keys) ORDER BY g.id", roleIds));
        return found;
    }

    @Override
    public List<AccessGrant> of(Transaction transaction, ReachQuery query, Collection<String> resourceIds) {
        Sql sql = Sql.of(transaction);
        if (resourceIds.isEmpty()) {
            return List.of();
        }
        List<AccessGrant> found = new ArrayList<>(to(sql, "g.user_id", List.of(query.userId()), resourceIds));
        if (!query.roleIds().isEmpty()) {
            found.addAll(to(sql, "g.role_id", query.roleIds(), resourceIds));
        }
        return found;
    }

    private static List<AccessGrant> to(
            Sql sql, String column, Collection<String> recipients, Collection<String> resourceIds) {
        List<@Nullable Object> parameters = new ArrayList<>(recipients);
        parameters.addAll(resourceIds);
        return sql.list(
                JdbcGrantStore::grant,
                SELECT + " WHERE " + column + " IN " + Sql.marks(recipients) + " AND g.resource_id IN "
                        + Sql.marks(resourceIds) + " ORDER BY g.id",
                parameters.toArray());
    }

    @Override
    public ReachQuery.Found reach(Transaction transaction, ReachQuery query, Page.Request request) {
        return JdbcReach.page(Sql.of(transaction), query, request);
    }

    @Override
    public Optional<AccessGrant> find(Transaction transaction, String id) {
        return Sql.of(transaction).first(JdbcGrantStore::grant, SELECT + " WHERE g.id = ?", id);
    }

    private static AccessGrant grant(Row row) throws SQLException {
        return grant(row, new HashMap<>());
    }

    /// @param schedules those that were read already: many grants have the same
    private static AccessGrant grant(Row row, Map<String, WeeklySchedule> schedules) throws SQLException {
        Optional<String> user = row.optionalText("user_id");
        Optional<String> role = row.optionalText("role_id");
        Recipient to;
        if (user.isPresent()) {
            to = new Recipient.OfUser(user.get(), row.text("user_name"));
        } else if (role.isPresent()) {
            to = new Recipient.OfRole(role.get(), row.text("role_name"));
        } else {
            to = new Recipient.OfNetwork(Cidr.parse(row.text("network")));
        }
        Optional<WeeklySchedule> weekly =
                row.optionalText("weekly").map(text -> schedules.computeIfAbsent(text, WeeklySchedule::parse));
        var from = row.optionalMoment("from_at");
        var until = row.optionalMoment("until_at");
        boolean always = from.isEmpty() && until.isEmpty() && weekly.isEmpty();
        return new AccessGrant(
                row.text("id"),
                row.text("resource_id"),
                row.text("resource_name"),
                to,
                new AccessGrant.Rule(
                        row.flag("deny"),
                        row.flag("mfa"),
                        always ? Validity.ALWAYS : new Validity(from, until, weekly),
                        row.text("comment")),
                row.moment("created_at"),
                row.text("created_by"),
                row.number("version"));
    }

    @Override
    public void insert(Transaction transaction, AccessGrant grant) {
        AccessGrant.Rule rule = grant.rule();
        Sql.of(transaction)
                .update(
                        "INSERT INTO access_grant (id, resource_id, user_id, role_id, network, deny, mfa, from_at,"
                                + " until_at, weekly, comment, created_at, created_by, version)"
                                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                        grant.id(),
                        grant.resourceId(),
                        userId(grant.to()),
                        roleId(grant.to()),
                        network(grant.to()),
                        rule.deny(),
                        rule.mfa(),
                        rule.validity().from(),
                        rule.validity().until(),
                        rule.validity().weekly().map(WeeklySchedule::toString),
                        rule.comment(),
                        grant.createdAt(),
                        grant.createdBy(),
                        grant.version());
    }

    @Override
    public boolean update(Transaction transaction, AccessGrant grant) {
        AccessGrant.Rule rule = grant.rule();
        return Sql.of(transaction)
                        .update(
                                "UPDATE access_grant SET resource_id = ?, user_id = ?, role_id = ?, network = ?,"
                                        + " deny = ?, mfa = ?, from_at = ?, until_at = ?, weekly = ?, comment = ?,"
                                        + " version = ? WHERE id = ? AND version = ?",
                                grant.resourceId(),
                                userId(grant.to()),
                                roleId(grant.to()),
                                network(grant.to()),
                                rule.deny(),
                                rule.mfa(),
                                rule.validity().from(),
                                rule.validity().until(),
                                rule.validity().weekly().map(WeeklySchedule::toString),
                                rule.comment(),
                                grant.version(),
                                grant.id(),
                                grant.version() - 1)
                > 0;
    }

    private static @Nullable String userId(Recipient to) {
        return to instanceof Recipient.OfUser user ? user.id() : null;
    }

    private static @Nullable String roleId(Recipient to) {
        return to instanceof Recipient.OfRole role ? role.id() : null;
    }

    private static @Nullable String network(Recipient to) {
        return to instanceof Recipient.OfNetwork network ? network.block().toString() : null;
    }

    @Override
    public boolean delete(Transaction transaction, String id) {
        return Sql.of(transaction).update("DELETE FROM access_grant WHERE id = ?", id) > 0;
    }
}
