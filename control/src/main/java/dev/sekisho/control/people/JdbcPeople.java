package dev.sekisho.control.people;

import dev.sekisho.control.role.NameKey;
import dev.sekisho.control.store.Row;
import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.policy.Permission;
import dev.sekisho.policy.Role;
import dev.sekisho.policy.RoleId;
import dev.sekisho.policy.User;
import dev.sekisho.policy.UserId;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Users and roles from the tables that belong to them. Thread-safe.
public final class JdbcPeople implements People {
    /// A name that looks like somebody else's identity must not stand for them.
    private static final String ID_FIRST = " ORDER BY CASE WHEN id = ? THEN 0 ELSE 1 END";

    /// Parameters of one statement.
    private static final int CHUNK = 500;

    private record Pair(String first, String second) {}

    @Override
    public Optional<Person> user(Transaction transaction, String idOrName) {
        return Sql.of(transaction)
                .first(
                        JdbcPeople::person,
                        "SELECT id, name, display_name, email, disabled FROM app_user WHERE id = ? OR name_key = ?"
                                + ID_FIRST,
                        idOrName,
                        NameKey.of(idOrName),
                        idOrName);
    }

    private static Person person(Row row) throws SQLException {
        return new Person(
                row.text("id"),
                row.text("name"),
                row.text("display_name"),
                row.optionalText("email"),
                !row.flag("disabled"));
    }

    @Override
    public Optional<NamedRole> role(Transaction transaction, String idOrName) {
        return Sql.of(transaction)
                .first(
                        row -> new NamedRole(row.text("id"), row.text("name")),
                        "SELECT id, name FROM role WHERE id = ? OR name_key = ?" + ID_FIRST,
                        idOrName,
                        NameKey.of(idOrName),
                        idOrName);
    }

    @Override
    public Set<String> rolesOf(Transaction transaction, String userId) {
        List<String> own = Sql.of(transaction)
                .list(row -> row.text("role_id"), "SELECT role_id FROM role_member WHERE user_id = ?", userId);
        return upwards(own, parents(transaction));
    }

    private static Set<String> upwards(List<String> own, Map<String, List<String>> parents) {
        Set<String> found = new HashSet<>(own);
        Deque<String> open = new ArrayDeque<>(own);
        while (!open.isEmpty()) {
            for (String parent : parents.getOrDefault(open.pop(), List.of())) {
                if (found.add(parent)) {
                    open.push(parent);
                }
            }
        }
        return found;
    }

    private static Map<String, List<String>> parents(Transaction transaction) {
        return grouped(transaction, "SELECT role_id AS a, parent_id AS b FROM role_parent ORDER BY role_id, parent_id");
    }

    private static Map<String, List<String>> grouped(
            Transaction transaction, String statement, @Nullable Object... parameters) {
        Map<String, List<String>> grouped = new HashMap<>();
        for (Pair pair :
                Sql.of(transaction).list(row -> new Pair(row.text("a"), row.text("b")), statement, parameters)) {
            grouped.computeIfAbsent(pair.first(), _ -> new ArrayList<>()).add(pair.second());
        }
        return grouped;
    }

    @Override
    public Everybody everybody(Transaction transaction) {
        Lattice lattice = lattice(transaction);
        Map<String, List<String>> members =
                grouped(transaction, "SELECT user_id AS a, role_id AS b FROM role_member ORDER BY user_id, role_id");
        List<User> users = Sql.of(transaction)
                .list(
                        row -> lattice.user(row.text("name"), members.getOrDefault(row.text("id"), List.of())),
                        "SELECT id, name FROM app_user WHERE disabled = 0 ORDER BY name_key");
        return new Everybody(lattice.roles(), users);
    }

    @Override
    public Everybody some(Transaction transaction, Collection<String> names) {
        Lattice lattice = lattice(transaction);
        List<String> wanted = names.stream().map(NameKey::of).distinct().toList();
        List<User> users = new ArrayList<>(wanted.size());
        for (int from = 0; from < wanted.size(); from += CHUNK) {
            List<String> part = wanted.subList(from, Math.min(wanted.size(), from + CHUNK));
            String these = " FROM app_user u%s WHERE u.disabled = 0 AND u.name_key IN " + Sql.marks(part);
            Map<String, List<String>> members = grouped(
                    transaction,
                    "SELECT m.user_id AS a, m.role_id AS b"
                            + these.formatted(" JOIN role_member m ON m.user_id = u.id")
                            + " ORDER BY m.user_id, m.role_id",
                    part.toArray());
            users.addAll(Sql.of(transaction)
                    .list(
                            row -> lattice.user(row.text("name"), members.getOrDefault(row.text("id"), List.of())),
                            "SELECT u.id, u.name" + these.formatted(""),
                            part.toArray()));
        }
        return new Everybody(lattice.roles(), users);
    }

    @Override
    public User having(Transaction transaction, String user, Collection<String> roleIds) {
        return lattice(transaction).user(user, List.copyOf(roleIds));
    }

    /// All roles: what they are called, what they allow and which belong to which.
    private record Lattice(
            List<Role> roles,
            Map<String, RoleId> names,
            Map<String, List<String>> parents,
            Map<String, List<String>> permissions) {
        /// @param own identities of roles
        User user(String name, List<String> own) {
            return new User(
                    new UserId(name), ids(own, names), JdbcPeople.permissions(upwards(own, parents), permissions));
        }
    }

    private static Lattice lattice(Transaction transaction) {
        Map<String, List<String>> parents = parents(transaction);
        Map<String, List<String>> permissions =
                grouped(transaction, "SELECT role_id AS a, permission AS b FROM role_permission");
        Map<String, RoleId> names = new HashMap<>();
        List<NamedRole> rows = Sql.of(transaction)
                .list(
                        row -> new NamedRole(row.text("id"), row.text("name")),
                        "SELECT id, name FROM role ORDER BY name_key");
        rows.forEach(role -> names.put(role.id(), new RoleId(role.name())));
        List<Role> roles = rows.stream()
                .map(role -> new Role(new RoleId(role.name()), ids(parents.get(role.id()), names)))
                .toList();
        return new Lattice(roles, names, parents, permissions);
    }

    private static List<RoleId> ids(@Nullable List<String> roles, Map<String, RoleId> names) {
        List<RoleId> ids = new ArrayList<>();
        for (String role : roles == null ? List.<String>of() : roles) {
            RoleId name = names.get(role);
            if (name != null) {
                ids.add(name);
            }
        }
        return ids;
    }

    private static Set<Permission> permissions(Set<String> roles, Map<String, List<String>> permissions) {
        Set<Permission> all = EnumSet.noneOf(Permission.class);
        for (String role : roles) {
            for (String text : permissions.getOrDefault(role, List.of())) {
                Permission.of(text).ifPresent(all::add);
            }
        }
        return all;
    }
}
