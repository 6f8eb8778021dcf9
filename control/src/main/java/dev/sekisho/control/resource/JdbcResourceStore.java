package dev.sekisho.control.resource;

import dev.sekisho.control.people.NamedRole;
import dev.sekisho.control.role.NameKey;
import dev.sekisho.control.store.Filter;
import dev.sekisho.control.store.Page;
import dev.sekisho.control.store.Row;
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
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Resources in the database. Thread-safe.
public final class JdbcResourceStore implements ResourceStore {
    private static final String SELECT = "SELECT r.id, r.name, r.cidr, r.ports, r.protocol, r.decoy, r.description,"
            + " r.approvals, r.approver_role_id, a.name AS approver, r.max_duration_seconds, r.ticket_pattern,"
            + " r.created_at, r.version FROM resource r LEFT JOIN role a ON a.id = r.approver_role_id";

    private static final String REQUESTERS =
            "SELECT q.resource_id, q.role_id, o.name FROM resource_requester q JOIN role o ON o.id = q.role_id";

    private record Requester(String resource, NamedRole role) {}

    @Override
    public Page<Resource> page(Transaction transaction, Query query, Page.Request request) {
        Filter filter = new Filter()
                .contains("r.search_key LIKE ? ESCAPE '!'", query.text().map(NameKey::of))
                .and("r.protocol = ?", query.protocol())
                .and("r.decoy = ?", query.decoy());
        if (query.requestable()) {
            filter.and("EXISTS (SELECT 1 FROM resource_requester q WHERE q.resource_id = r.id)");
        }
        Sql sql = Sql.of(transaction);
        if (query.text().isPresent()) {
            Sql.Hits hits = sql.search(
                    "SELECT r.id, r.name_key FROM resource r",
                    filter,
                    new Filter().and("name_key > ?", request.after()),
                    "name_key",
                    request.limit() + 1);
            return request.page(byId(sql, hits.ids()), hits.total(), resource -> NameKey.of(resource.name()));
        }
        long total = sql.number("SELECT COUNT(*) AS n FROM resource r" + filter.where(), filter.parameters());
        filter.and("r.name_key > ?", request.after());
        List<Resource> read =
                list(sql, filter.where() + " ORDER BY r.name_key LIMIT ?", filter.parameters(request.limit() + 1));
        return request.page(read, total, resource -> NameKey.of(resource.name()));
    }

    @Override
    public List<Resource> all(Transaction transaction) {
        return list(Sql.of(transaction), " ORDER BY r.name_key");
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
    public void insert(Transaction transaction, Resource resource) {
        Resource.Target target = resource.target();
        Terms terms = resource.terms();
        Sql.of(transaction)
                .update(
                        "INSERT INTO resource (id, name, name_key, search_key, cidr, ports, protocol, decoy, description,"
                                + " approvals, approver_role_id, max_duration_seconds, ticket_pattern, created_at,"
                                + " version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                        resource.id(),
                        resource.name(),
                        NameKey.of(resource.name()),
                        searchKey(resource),
                        target.cidr().toString(),
                        target.ports().toString(),
                        target.protocol().toString(),
                        target.decoy(),
                        resource.description(),
                        terms.approvals(),
                        terms.approverRole().map(NamedRole::id),
                        terms.maxDuration().toSeconds(),
                        terms.ticketPattern(),
                        resource.createdAt(),
                        resource.version());
        requesters(transaction, resource);
    }

    @Override
    public boolean update(Transaction transaction, Resource resource) {
        Resource.Target target = resource.target();
        Terms terms = resource.terms();
        int changed = Sql.of(transaction)
                .update(
                        "UPDATE resource SET name = ?, name_key = ?, search_key = ?, cidr = ?, ports = ?, protocol = ?,"
                                + " decoy = ?, description = ?, approvals = ?, approver_role_id = ?, max_duration_seconds = ?,"
                                + " ticket_pattern = ?, version = ? WHERE id = ? AND version = ?",
                        resource.name(),
                        NameKey.of(resource.name()),
                        searchKey(resource),
                        target.cidr().toString(),
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
        requesters(transaction, resource);
        return true;
    }

    private static void requesters(Transaction transaction, Resource resource) {
        for (NamedRole role : resource.terms().requesters()) {
            Sql.of(transaction)
                    .update(
                            "INSERT INTO resource_requester (resource_id, role_id) VALUES (?, ?)",
                            resource.id(),
                            role.id());
        }
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
