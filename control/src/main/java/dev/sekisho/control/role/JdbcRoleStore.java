package dev.sekisho.control.role;

import dev.sekisho.control.store.Filter;
import dev.sekisho.control.store.Page;
import dev.sekisho.control.store.Row;
import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.policy.Permission;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Roles in the database. Stateless. Permissions stand there by label; one that this version of the program doesn't
/// know is skipped: it allows nothing here.
public final class JdbcRoleStore implements RoleStore {
    private static final String REACH = """
        WITH RECURSIVE reach (id) AS (
            SELECT role_id FROM role_member WHERE user_id = ?
            UNION
            SELECT p.parent_id FROM role_parent p JOIN reach r ON p.role_id = r.id)
        """;

    private static final String PERMISSIONS_OF =
            REACH + "SELECT DISTINCT permission FROM role_permission JOIN reach ON role_id = id";

    private static final String NAMES_OF = REACH + "SELECT o.name FROM role o JOIN reach ON o.id = reach.id";

    private record Link(String role, String other) {
        static Link map(Row row) throws SQLException {
            return new Link(row.text("role_id"), row.text("other"));
        }
    }

    @Override
    public RoleLattice all(Transaction transaction) {
        Sql sql = Sql.of(transaction);
        Map<String, Set<Permission>> permissions = new HashMap<>();
        for (Link link : sql.list(Link::map, "SELECT role_id, permission AS other FROM role_permission")) {
            Permission.of(link.other())
                    .ifPresent(permission -> permissions
                            .computeIfAbsent(link.role(), _ -> EnumSet.noneOf(Permission.class))
                            .add(permission));
        }
        Map<String, List<String>> parents = new HashMap<>();
        for (Link link :
                sql.list(Link::map, "SELECT role_id, parent_id AS other FROM role_parent ORDER BY parent_id")) {
            parents.computeIfAbsent(link.role(), _ -> new ArrayList<>()).add(link.other());
        }
        return new RoleLattice(sql.list(
                row -> new Role(
                        row.text("id"),
                        row.text("name"),
                        row.text("description"),
                        permissions.getOrDefault(row.text("id"), Set.of()),
                        parents.getOrDefault(row.text("id"), List.of()),
                        row.flag("built_in"),
                        row.number("version")),
                "SELECT id, name, description, built_in, version FROM role ORDER BY name_key"));
    }

    @Override
    public Map<String, Long> sizes(Transaction transaction) {
        return Sql.of(transaction)
                .list(
                        row -> Map.entry(row.text("role_id"), row.number("n")),
                        "SELECT role_id, COUNT(*) AS n FROM role_member GROUP BY role_id")
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    @Override
    public void insert(Transaction transaction, Role role) {
        Sql.of(transaction)
                .update(
                        "INSERT INTO role (id, name, name_key, description, built_in, version) VALUES (?, ?, ?, ?, ?,"
                                + " ?)",
                        role.id(),
                        role.name(),
                        NameKey.of(role.name()),
                        role.description(),
                        role.builtIn(),
                        role.version());
        insertLinks(transaction, role);
    }

    private static void insertLinks(Transaction transaction, Role role) {
        Sql sql = Sql.of(transaction);
        for (Permission permission : role.permissions()) {
            sql.update(
                    "INSERT INTO role_permission (role_id, permission) VALUES (?, ?)", role.id(), permission.label());
        }
        for (String parent : new HashSet<>(role.parents())) {
            sql.update("INSERT INTO role_parent (role_id, parent_id) VALUES (?, ?)", role.id(), parent);
        }
    }

    @Override
    public boolean update(Transaction transaction, Role role) {
        Sql sql = Sql.of(transaction);
        int rows = sql.update(
                "UPDATE role SET name = ?, name_key = ?, description = ?, version = version + 1"
                        + " WHERE id = ? AND version = ?",
                role.name(),
                NameKey.of(role.name()),
                role.description(),
                role.id(),
                role.version());
        if (rows == 0) {
            return false;
        }
        sql.update("DELETE FROM role_permission WHERE role_id = ?", role.id());
        sql.update("DELETE FROM role_parent WHERE role_id = ?", role.id());
        insertLinks(transaction, role);
        return true;
    }

    @Override
    public boolean delete(Transaction transaction, String id, long version) {
        return Sql.of(transaction).update("DELETE FROM role WHERE id = ? AND version = ?", id, version) == 1;
    }

    @Override
    public Set<String> members(Transaction transaction, String roleId) {
        return new HashSet<>(Sql.of(transaction)
                .list(row -> row.text("user_id"), "SELECT user_id FROM role_member WHERE role_id = ?", roleId));
    }

    @Override
    public Page<Member> members(Transaction transaction, String roleId, Optional<String> text, Page.Request page) {
        String from = " FROM role_member m JOIN app_user u ON u.id = m.user_id";
        Filter filter = new Filter()
                .and("m.role_id = ?", roleId)
                .contains("u.search_key LIKE ? ESCAPE '!'", text.map(NameKey::of));
        Sql sql = Sql.of(transaction);
        long total = sql.number("SELECT COUNT(*) AS n" + from + filter.where(), filter.parameters());
        filter.and("u.name_key > ?", page.after());
        List<Member> read = sql.list(
                row -> new Member(row.text("id"), row.text("name")),
                "SELECT u.id, u.name" + from + filter.where() + " ORDER BY u.name_key LIMIT ?",
                filter.parameters(page.limit() + 1));
        return page.page(read, total, member -> NameKey.of(member.name()));
    }

    @Override
    public void add(Transaction transaction, String roleId, String userId) {
        Sql.of(transaction).update("INSERT INTO role_member (role_id, user_id) VALUES (?, ?)", roleId, userId);
    }

    @Override
    public void remove(Transaction transaction, String roleId, String userId) {
        Sql.of(transaction).update("DELETE FROM role_member WHERE role_id = ? AND user_id = ?", roleId, userId);
    }

    @Override
    public List<String> rolesOf(Transaction transaction, String userId) {
        return Sql.of(transaction)
                .list(
                        row -> row.text("role_id"),
                        "SELECT role_id FROM role_member WHERE user_id = ? ORDER BY role_id",
                        userId);
    }

    @Override
    public Map<String, List<String>> rolesOf(Transaction transaction, Collection<String> userIds) {
        return Sql.of(transaction)
                .listOf(
                        row -> Map.entry(row.text("user_id"), row.text("role_id")),
                        "SELECT user_id, role_id FROM role_member WHERE user_id IN (:keys) ORDER BY role_id",
                        userIds)
                .stream()
                .collect(Collectors.groupingBy(
                        Map.Entry::getKey, Collectors.mapping(Map.Entry::getValue, Collectors.toList())));
    }

    @Override
    public List<String> namesOf(Transaction transaction, String userId) {
        return Sql.of(transaction).list(row -> row.text("name"), NAMES_OF, userId);
    }

    @Override
    public List<String> directNamesOf(Transaction transaction, String userId) {
        return Sql.of(transaction)
                .list(
                        row -> row.text("name"),
                        "SELECT o.name FROM role_member m JOIN role o ON o.id = m.role_id WHERE m.user_id = ?",
                        userId);
    }

    @Override
    public Set<Permission> permissionsOf(Transaction transaction, String userId) {
        return Sql.of(transaction).list(row -> row.text("permission"), PERMISSIONS_OF, userId).stream()
                .map(Permission::of)
                .flatMap(Optional::stream)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Permission.class)));
    }

    @Override
    public long activePeople(Transaction transaction, Collection<String> roleIds) {
        Set<String> people = new HashSet<>();
        for (String role : roleIds) {
            people.addAll(Sql.of(transaction)
                    .list(
                            row -> row.text("id"),
                            "SELECT u.id FROM app_user u JOIN role_member m ON m.user_id = u.id"
                                    + " WHERE m.role_id = ? AND u.disabled = 0 AND u.service = 0",
                            role));
        }
        return people.size();
    }

    @Override
    public List<Member> users(Transaction transaction, Collection<String> userIds) {
        Map<String, Member> found = new LinkedHashMap<>();
        for (String id : userIds) {
            Sql.of(transaction)
                    .first(
                            row -> new Member(row.text("id"), row.text("name")),
                            "SELECT id, name FROM app_user WHERE id = ?",
                            id)
                    .ifPresent(member -> found.put(member.id(), member));
        }
        return List.copyOf(found.values());
    }
}
