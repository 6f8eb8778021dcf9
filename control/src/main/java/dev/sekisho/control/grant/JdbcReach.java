package dev.sekisho.control.grant;

import dev.sekisho.control.role.NameKey;
import dev.sekisho.control.store.Filter;
import dev.sekisho.control.store.Page;
import dev.sekisho.control.store.Searched;
import dev.sekisho.control.store.Sql;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Finds what somebody may reach or request, a page at a time. Stateless.
///
/// Of somebody who has little, all is found by the grants and sorted. Of somebody who has much, resources are looked at
/// in the order of their names until the page is full: with a tenth of 50,000 resources a page of 50 takes 500 looks,
/// not 5,000 reads. How many there are is counted in the indexes of grants alone.
final class JdbcReach {
    /// Resources up to which all are found first, whatever else there is.
    private static final long FEW = 500;

    /// To look at a resource takes as long as to find and sort this many (measured, SQLite: 2.7 and 1.2 us).
    private static final long LOOK = 2;

    private static final Searched TEXT = new Searched("resource", "text", "%ssearch_key LIKE ? ESCAPE '!'");

    private static final String OPEN = "(g.until_at IS NULL OR g.until_at > ?)";

    /// One reason for which a resource is in the list.
    ///
    /// @param table with its alias
    /// @param resource the column that names the resource
    private record Reason(String table, String resource, String condition, List<Object> parameters) {
        String ids() {
            return "SELECT " + resource + " AS id FROM " + table + " WHERE " + condition;
        }

        String holds() {
            return "EXISTS (SELECT 1 FROM " + table + " WHERE " + resource + " = r.id AND " + condition + ")";
        }
    }

    private final ReachQuery query;
    private final List<Reason> reasons;

    private JdbcReach(ReachQuery query) {
        this.query = query;
        this.reasons = reasons(query);
    }

    /// A page and one more.
    static ReachQuery.Found page(Sql sql, ReachQuery query, Page.Request request) {
        JdbcReach reach = new JdbcReach(query);
        if (reach.reasons.isEmpty()) {
            return new ReachQuery.Found(List.of(), 0);
        }
        ReachQuery.Wanted wanted = query.wanted();
        boolean counted = wanted.by() != ReachQuery.By.REQUEST
                && wanted.text().isEmpty()
                && wanted.resourceId().isEmpty();
        if (counted) {
            long total = reach.total(sql);
            boolean much = total > FEW && total > LOOK * reach.looks(sql, request, total);
            return new ReachQuery.Found(much ? reach.walk(sql, request) : reach.sorted(sql, request), total);
        }
        Sql.Hits hits = reach.search(sql, request);
        return new ReachQuery.Found(hits.ids(), hits.total());
    }

    private static List<Reason> reasons(ReachQuery query) {
        List<Reason> reasons = new ArrayList<>();
        List<String> roles = query.roleIds();
        if (query.wanted().by() != ReachQuery.By.REQUEST) {
            reasons.add(granted("g.user_id = ?", List.of(query.userId()), query));
            if (!roles.isEmpty()) {
                reasons.add(granted("g.role_id IN " + Sql.marks(roles), roles, query));
            }
        }
        if (query.wanted().by() != ReachQuery.By.GRANT && !roles.isEmpty()) {
            reasons.add(new Reason(
                    "resource_requester q", "q.resource_id", "q.role_id IN " + Sql.marks(roles), List.copyOf(roles)));
        }
        return reasons;
    }

    private static Reason granted(String to, List<String> keys, ReachQuery query) {
        List<Object> parameters = new ArrayList<>(keys);
        parameters.add(query.now());
        return new Reason("access_grant g", "g.resource_id", to + " AND " + OPEN, parameters);
    }

    private String ids() {
        return reasons.stream().map(Reason::ids).collect(Collectors.joining(" UNION "));
    }

    private @Nullable Object[] parameters() {
        return reasons.stream().flatMap(reason -> reason.parameters().stream()).toArray();
    }

    /// Decoys are few.
    private long total(Sql sql) {
        Filter decoys = new Filter().and("r.decoy = 1").and(holds(), parameters());
        return sql.number("SELECT COUNT(*) AS n FROM (" + ids() + ") mine", parameters())
                - sql.number("SELECT COUNT(*) AS n FROM resource r" + decoys.where(), decoys.parameters());
    }

    /// How many resources a walk is likely to look at until the page is full.
    private long looks(Sql sql, Page.Request request, long total) {
        return (request.limit() + 1) * sql.number("SELECT COUNT(*) AS n FROM resource") / total;
    }

    private String holds() {
        return reasons.stream().map(Reason::holds).collect(Collectors.joining(" OR ", "(", ")"));
    }

    private List<String> walk(Sql sql, Page.Request request) {
        Filter filter = new Filter().and("r.decoy = 0").and("r.name_key > ?", request.after());
        filter.and(holds(), parameters());
        return sql.list(
                row -> row.text("id"),
                "SELECT r.id FROM resource r" + filter.where() + " ORDER BY r.name_key LIMIT ?",
                filter.parameters(request.limit() + 1));
    }

    private List<String> sorted(Sql sql, Page.Request request) {
        // The parameters of the list come first in the statement.
        Filter filter = new Filter().and("r.id = m.id", parameters()).and("r.decoy = 0");
        filter.and("r.name_key > ?", request.after());
        return sql.list(
                row -> row.text("id"),
                "SELECT r.id FROM (" + ids() + ") m CROSS JOIN resource r" + filter.where()
                        + " ORDER BY r.name_key LIMIT ?",
                filter.parameters(request.limit() + 1));
    }

    private Sql.Hits search(Sql sql, Page.Request request) {
        ReachQuery.Wanted wanted = query.wanted();
        // The parameters of the list come first in the statement.
        Filter filter = new Filter().and("r.id = m.id", parameters()).and("r.decoy = 0");
        wanted.text().map(text -> TEXT.in(sql, "r.", NameKey.of(text))).ifPresent(filter::and);
        filter.and("r.id = ?", wanted.resourceId());
        if (wanted.by() == ReachQuery.By.REQUEST) {
            List<@Nullable Object> values = new ArrayList<>(List.of(query.now(), query.now(), query.userId()));
            values.addAll(query.roleIds());
            filter.and(
                    "NOT EXISTS (SELECT 1 FROM access_grant g WHERE g.resource_id = r.id AND g.weekly IS NULL"
                            + " AND (g.from_at IS NULL OR g.from_at <= ?) AND " + OPEN
                            + " AND (g.user_id = ? OR g.role_id IN " + Sql.marks(query.roleIds()) + "))",
                    values.toArray());
        }
        return sql.search(
                "SELECT r.id, r.name_key FROM (" + ids() + ") m CROSS JOIN resource r",
                filter,
                new Filter().and("name_key > ?", request.after()),
                "name_key",
                request.limit() + 1);
    }
}
