package dev.sekisho.control.resource;

import dev.sekisho.control.people.NamedRole;
import dev.sekisho.control.role.NameKey;
import dev.sekisho.control.store.Filter;
import dev.sekisho.control.store.Keyset;
import dev.sekisho.control.store.Page;
import dev.sekisho.control.store.Row;
import dev.sekisho.control.store.Searched;
import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.PortSet;
import dev.sekisho.policy.Transport;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Resources in the database. Thread-safe.
public final class JdbcResourceStore implements ResourceStore {
    private static final String SELECT = "SELECT r.id, r.name, r.cidr, r.ports, r.protocol, r.decoy, r.description,"
            + " r.approvals, r.approver_role_id, a.name AS approver, r.max_duration_seconds, r.ticket_pattern,"
            + " r.created_at, r.version FROM resource r LEFT JOIN role a ON a.id = r.approver_role_id";

    private static final String REQUESTERS =
            "SELECT q.resource_id, q.role_id, o.name FROM resource_requester q JOIN role o ON o.id = q.role_id";

    private static final Searched TEXT = new Searched("resource", "text", "%ssearch_key LIKE ? ESCAPE '!'");

    /// Resources to be requested up to which they are found first, not met in the order of the page.
    private static final long FEW = 1000;

    /// All of them are found.
    private static final String AMONG_REQUESTABLE = "r.id IN (SELECT q.resource_id FROM resource_requester q)";

    /// Each is looked at.
    private static final String IS_REQUESTABLE =
            "EXISTS (SELECT 1 FROM resource_requester q WHERE q.resource_id = r.id)";

    private record Requester(String resource, NamedRole role) {}

    private static Keyset keyset(Order order) {
        return switch (order.by()) {
            case NAME -> new Keyset("name_key", order.descending(), "");
            case ADDRESS -> new Keyset("cidr_key", order.descending(), "id");
            case PROTOCOL -> new Keyset("protocol", order.descending(), "id");
            // Identities are in the order of making.
            case CREATED -> new Keyset("id", order.descending(), "");
        };
    }

    private static String cursor(Order order, Resource resource) {
        Object value = switch (order.by()) {
            case NAME -> NameKey.of(resource.name());
            case ADDRESS -> resource.target().sortKey();
            case PROTOCOL -> resource.target().protocol();
            case CREATED -> resource.id();
        };
        return keyset(order).cursor(value, resource.id());
    }

    @Override
    public Page<Resource> page(Transaction transaction, Query query, Page.Request request) {
        Sql sql = Sql.of(transaction);
        Keyset keyset = keyset(query.order());
        Function<Resource, String> cursor = resource -> cursor(query.order(), resource);
        Filter filter = filter(sql, query);
        if (query.requestable()) {
            filter.and(AMONG_REQUESTABLE);
        }
        if (query.text().isPresent()) {
            Filter after = new Filter();
            keyset.begin(after, "", request.after());
            String columns = query.order().by() == By.NAME || query.order().by() == By.CREATED
                    ? "r.id, r.name_key"
                    : "r.id, r." + keyset.column();
            Sql.Hits hits = sql.search(
                    "SELECT " + columns + " FROM resource r", filter, after, keyset.order(""), request.limit() + 1);
            return request.page(inOrder(byId(sql, hits.ids()), hits.ids()), hits.total(), cursor);
        }
        long total = total(sql, query, filter);
        if (query.requestable() && total > FEW) {
            filter = filter(sql, query).and(IS_REQUESTABLE);
        }
        keyset.begin(filter, "r.", request.after());
        List<Resource> read =
                list(sql, filter.where() + keyset.orderBy("r.") + " LIMIT ?", filter.parameters(request.limit() + 1));
        return request.page(read, total, cursor);
    }

    private static Filter filter(Sql sql, Query query) {
        Filter filter = new Filter().and("r.protocol = ?", query.protocol()).and("r.decoy = ?", query.decoy());
        query.text().map(text -> TEXT.in(sql, "r.", NameKey.of(text))).ifPresent(filter::and);
        return filter;
    }

    private static long total(Sql sql, Query query, Filter filter) {
        return query.requestable()
                        && query.protocol().isEmpty()
                        && query.decoy().isEmpty()
                ? sql.number("SELECT COUNT(*) AS n FROM (SELECT DISTINCT resource_id FROM resource_requester) q")
                : sql.number("SELECT COUNT(*) AS n FROM resource r" + filter.where(), filter.parameters());
    }

    private static List<Resource> inOrder(List<Resource> found, List<String> ids) {
        Map<String, Resource> byId = found.stream().collect(Collectors.toMap(Resource::id, resource -> resource));
        return ids.stream().map(byId::get).filter(Objects::nonNull).toList();
    }

    @Override
    public List<Resource> all(Transaction transaction) {
        return list(Sql.of(transaction), " ORDER BY r.name_key");
    }

    @Override
    public List<Resource.Spot> spots(Transaction transaction) {
        // Many have the same ports.
        Map<String, PortSet> ports = new HashMap<>();
        record Placed(String key, Resource.Spot spot) {}
        return Sql.of(transaction)
                .list(
                        row -> new Placed(
                                row.text("cidr_key"),
                                new Resource.Spot(
                                        row.text("id"),
                                        row.text("name"),
                                        new Resource.Target(
                                                Cidr.parse(row.text("cidr")),
                                                ports.computeIfAbsent(row.text("ports"), PortSet::parse),
                                                Transport.parse(row.text("protocol")),
                                                row.flag("decoy")))),
                        "SELECT id, name, cidr, cidr_key, ports, protocol, decoy FROM resource")
                .stream()
                // Not by the database, whose order of texts may be another.
                .sorted(Comparator.comparing(Placed::key)
                        .thenComparing(placed -> placed.spot().id()))
                .map(Placed::spot)
                .toList();
    }

    @Override
    public List<Resource> some(Transaction transaction, Collection<String> ids, Collection<String> requesterRoles) {
        Sql sql = Sql.of(transaction);
        Set<String> wanted = new TreeSet<>(ids);
        wanted.addAll(sql.listOf(
                row -> row.text("resource_id"),
                "SELECT resource_id FROM resource_requester WHERE role_id IN (:keys)",
                requesterRoles));
        return byId(sql, wanted).stream()
                .sorted(Comparator.comparing(resource -> NameKey.of(resource.name())))
                .toList();
    }

    private static List<Resource> byId(Sql sql, Collection<String> ids) {
        return withRequesters(
                sql,
                sql.listOf(
                        row -> resource(row, List.of()), SELECT + " WHERE r.id IN (:keys) ORDER BY r.name_key", ids));
    }

    private static String searchKey(Resource resource) {
        return NameKey.of(resource.name() + " " + resource.description() + " "
                + resource.target().cidr());
    }

    @Override
    public Optional<Resource> find(Transaction transaction, String id) {
        return list(Sql.of(transaction), " WHERE r.id = ?", id).stream().findFirst();
    }

    @Override
    public Optional<Resource> named(Transaction transaction, String name) {
        return list(Sql.of(transaction), " WHERE r.name_key = ?", NameKey.of(name)).stream()
                .findFirst();
    }

    @Override
    public List<Resource> named(Transaction transaction, Collection<String> nameKeys) {
        Sql sql = Sql.of(transaction);
        return withRequesters(
                sql, sql.listOf(row -> resource(row, List.of()), SELECT + " WHERE r.name_key IN (:keys)", nameKeys));
    }

    private static List<Resource> list(Sql sql, String rest, @Nullable Object... parameters) {
        return withRequesters(sql, sql.list(row -> resource(row, List.of()), SELECT + rest, parameters));
    }

    private static List<Resource> withRequesters(Sql sql, List<Resource> bare) {
        Map<String, List<NamedRole>> requesters = new HashMap<>();
        for (Requester requester : requesters(sql, bare)) {
            requesters
                    .computeIfAbsent(requester.resource(), _ -> new ArrayList<>())
                    .add(requester.role());
        }
        return bare.stream()
                .map(resource -> with(resource, requesters.getOrDefault(resource.id(), List.of())))
                .toList();
    }

    /// Of a page one by one, of more than that all there are.
    private static List<Requester> requesters(Sql sql, List<Resource> resources) {
        String order = " ORDER BY o.name_key";
        return resources.size() <= Page.Request.MAX_LIMIT + 1
                ? sql.listOf(
                        JdbcResourceStore::requester,
                        REQUESTERS + " WHERE q.resource_id IN (:keys)" + order,
                        resources.stream().map(Resource::id).toList())
                : sql.list(JdbcResourceStore::requester, REQUESTERS + order);
    }

    private static Requester requester(Row row) throws SQLException {
        return new Requester(row.text("resource_id"), new NamedRole(row.text("role_id"), row.text("name")));
    }

    private static Resource with(Resource bare, List<NamedRole> requesters) {
        Terms terms = bare.terms();
        return requesters.isEmpty()
                ? bare
                : new Resource(
                        bare.id(),
                        bare.name(),
                        bare.target(),
                        bare.description(),
                        new Terms(
                                requesters,
                                terms.approvals(),
                                terms.approverRole(),
                                terms.maxDuration(),
                                terms.ticketPattern()),
                        bare.createdAt(),
                        bare.version());
    }

    private static Resource resource(Row row, List<NamedRole> requesters) throws SQLException {
        Optional<String> approver = row.optionalText("approver_role_id");
        return new Resource(
                row.text("id"),
                row.text("name"),
                new Resource.Target(
                        Cidr.parse(row.text("cidr")),
                        PortSet.parse(row.text("ports")),
                        Transport.parse(row.text("protocol")),
                        row.flag("decoy")),
                row.text("description"),
                new Terms(
                        requesters,
                        row.integer("approvals"),
                        approver.isEmpty()
                                ? Optional.empty()
                                : Optional.of(new NamedRole(approver.get(), row.text("approver"))),
                        Duration.ofSeconds(row.number("max_duration_seconds")),
                        row.text("ticket_pattern")),
                row.moment("created_at"),
                row.number("version"));
    }

    @Override
    public void insertAll(Transaction transaction, List<Resource> resources) {
        Sql sql = Sql.of(transaction);
        List<@Nullable Object[]> rows = new ArrayList<>();
        resources.forEach(resource -> rows.add(row(resource)));
        sql.updateEach(
                "INSERT INTO resource (id, name, name_key, search_key, cidr, cidr_key, ports, protocol, decoy,"
                        + " description, approvals, approver_role_id, max_duration_seconds, ticket_pattern, created_at,"
                        + " version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                rows);
        insertRequesters(sql, resources);
    }

    private static @Nullable Object[] row(Resource resource) {
        Resource.Target target = resource.target();
        Terms terms = resource.terms();
        return new @Nullable Object[] {
            resource.id(),
            resource.name(),
            NameKey.of(resource.name()),
            searchKey(resource),
            target.cidr().toString(),
            target.sortKey(),
            target.ports().toString(),
            target.protocol().toString(),
            target.decoy(),
            resource.description(),
            terms.approvals(),
            terms.approverRole().map(NamedRole::id),
            terms.maxDuration().toSeconds(),
            terms.ticketPattern(),
            resource.createdAt(),
            resource.version()
        };
    }

    @Override
    public int keyAddresses(Transaction transaction) {
        Sql sql = Sql.of(transaction);
        List<@Nullable Object[]> rows = new ArrayList<>();
        sql.list(row -> resource(row, List.of()), SELECT + " WHERE r.cidr_key = ''")
                .forEach(resource ->
                        rows.add(new @Nullable Object[] {resource.target().sortKey(), resource.id()}));
        sql.updateEach("UPDATE resource SET cidr_key = ? WHERE id = ?", rows);
        return rows.size();
    }

    @Override
    public boolean update(Transaction transaction, Resource resource) {
        Resource.Target target = resource.target();
        Terms terms = resource.terms();
        int changed = Sql.of(transaction)
                .update(
                        "UPDATE resource SET name = ?, name_key = ?, search_key = ?, cidr = ?, cidr_key = ?, ports = ?,"
                                + " protocol = ?, decoy = ?, description = ?, approvals = ?, approver_role_id = ?, max_duration_seconds = ?,"
                                + " ticket_pattern = ?, version = ? WHERE id = ? AND version = ?",
                        resource.name(),
                        NameKey.of(resource.name()),
                        searchKey(resource),
                        target.cidr().toString(),
                        target.sortKey(),
                        target.ports().toString(),
                        target.protocol().toString(),
                        target.decoy(),
                        resource.description(),
                        terms.approvals(),
                        terms.approverRole().map(NamedRole::id),
                        terms.maxDuration().toSeconds(),
                        terms.ticketPattern(),
                        resource.version(),
                        resource.id(),
                        resource.version() - 1);
        if (changed == 0) {
            return false;
        }
        Sql.of(transaction).update("DELETE FROM resource_requester WHERE resource_id = ?", resource.id());
        insertRequesters(Sql.of(transaction), List.of(resource));
        return true;
    }

    private static void insertRequesters(Sql sql, List<Resource> resources) {
        List<@Nullable Object[]> rows = new ArrayList<>();
        for (Resource resource : resources) {
            for (NamedRole role : resource.terms().requesters()) {
                rows.add(new @Nullable Object[] {resource.id(), role.id()});
            }
        }
        sql.updateEach("INSERT INTO resource_requester (resource_id, role_id) VALUES (?, ?)", rows);
    }

    @Override
    public boolean delete(Transaction transaction, String id) {
        return Sql.of(transaction).update("DELETE FROM resource WHERE id = ?", id) > 0;
    }

    @Override
    public long grants(Transaction transaction, String id) {
        return Sql.of(transaction).number("SELECT COUNT(*) AS n FROM access_grant WHERE resource_id = ?", id);
    }
}
