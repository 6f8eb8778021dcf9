package dev.sekisho.control.user;

import dev.sekisho.control.role.NameKey;
import dev.sekisho.control.store.Page;
import dev.sekisho.control.store.Row;
import dev.sekisho.control.store.Searched;
import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.Transaction;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Users in the database. Stateless.
public final class JdbcUserStore implements UserStore {
    private static final String COLUMNS = "u.id, u.name, u.name_key, u.display_name, u.email, u.directory, u.disabled,"
            + " u.locked_until, u.service, u.created_at, u.last_login_at, u.version";

    private static final Searched TEXT = new Searched("app_user", "text", "%ssearch_key LIKE ? ESCAPE '!'");

    private static User map(Row row) throws SQLException {
        return new User(
                row.text("id"),
                row.text("name"),
                row.text("display_name"),
                row.optionalText("email"),
                row.text("directory"),
                row.flag("disabled"),
                row.optionalMoment("locked_until"),
                row.flag("service"),
                row.moment("created_at"),
                row.optionalMoment("last_login_at"),
                row.number("version"));
    }

    private static String searchKey(User user) {
        return NameKey.of(
                user.name() + " " + user.displayName() + " " + user.email().orElse(""));
    }

    @Override
    public void insert(Transaction transaction, User user) {
        Sql.of(transaction)
                .update(
                        "INSERT INTO app_user (id, name, name_key, search_key, display_name, email, directory,"
                                + " disabled, locked_until, service, created_at, last_login_at, version) VALUES (?, ?, ?,"
                                + " ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                        user.id(),
                        user.name(),
                        NameKey.of(user.name()),
                        searchKey(user),
                        user.displayName(),
                        user.email(),
                        user.directory(),
                        user.disabled(),
                        user.lockedUntil(),
                        user.service(),
                        user.createdAt(),
                        user.lastLoginAt(),
                        user.version());
    }

    @Override
    public boolean update(Transaction transaction, User user) {
        return Sql.of(transaction)
                        .update(
                                "UPDATE app_user SET name = ?, name_key = ?, search_key = ?, display_name = ?,"
                                        + " email = ?, disabled = ?, version = version + 1"
                                        + " WHERE id = ? AND version = ?",
                                user.name(),
                                NameKey.of(user.name()),
                                searchKey(user),
                                user.displayName(),
                                user.email(),
                                user.disabled(),
                                user.id(),
                                user.version())
                == 1;
    }

    @Override
    public boolean delete(Transaction transaction, String id, long version) {
        return Sql.of(transaction).update("DELETE FROM app_user WHERE id = ? AND version = ?", id, version) == 1;
    }

    @Override
    public Optional<User> find(Transaction transaction, String id) {
        return Sql.of(transaction)
                .first(JdbcUserStore::map, "SELECT " + COLUMNS + " FROM app_user u WHERE u.id = ?", id);
    }

    @Override
    public Optional<User> named(Transaction transaction, String name) {
        return Sql.of(transaction)
                .first(
                        JdbcUserStore::map,
                        "SELECT " + COLUMNS + " FROM app_user u WHERE u.name_key = ?",
                        NameKey.of(name));
    }

    @Override
    public Page<User> list(Transaction transaction, UserFilter filter, Instant now, Page.Request page) {
        StringBuilder where = new StringBuilder(" FROM app_user u WHERE 1 = 1");
        List<@Nullable Object> parameters = new ArrayList<>();
        Sql sql = Sql.of(transaction);
        filter.text().map(text -> TEXT.in(sql, "u.", NameKey.of(text))).ifPresent(condition -> {
            where.append(" AND ").append(condition.sql());
            parameters.addAll(condition.parameters());
        });
        filter.role().ifPresent(role -> {
            where.append(" AND u.id IN (SELECT m.user_id FROM role_member m JOIN role r ON r.id = m.role_id"
                    + " WHERE r.name_key = ?)");
            parameters.add(NameKey.of(role));
        });
        filter.service().ifPresent(service -> {
            where.append(" AND u.service = ?");
            parameters.add(service);
        });
        filter.state().ifPresent(state -> {
            where.append(
                    switch (state) {
                        case DISABLED -> " AND u.disabled = 1";
                        case LOCKED -> " AND u.disabled = 0 AND u.locked_until > ?";
                        case ACTIVE -> " AND u.disabled = 0 AND COALESCE(u.locked_until, 0) <= ?";
                    });
            if (state != User.State.DISABLED) {
                parameters.add(now);
            }
        });
        long total = sql.number("SELECT COUNT(*) AS n" + where, parameters.toArray());
        page.after().ifPresent(after -> {
            where.append(" AND u.name_key > ?");
            parameters.add(after);
        });
        parameters.add(page.limit() + 1);
        List<User> read = sql.list(
                JdbcUserStore::map, "SELECT " + COLUMNS + where + " ORDER BY u.name_key LIMIT ?", parameters.toArray());
        return page.page(read, total, user -> NameKey.of(user.name()));
    }

    @Override
    public List<User> all(Transaction transaction) {
        return Sql.of(transaction)
                .list(JdbcUserStore::map, "SELECT " + COLUMNS + " FROM app_user u ORDER BY u.name_key");
    }

    @Override
    public void lock(Transaction transaction, String id, Optional<Instant> until) {
        Sql.of(transaction).update("UPDATE app_user SET locked_until = ? WHERE id = ?", until, id);
    }

    @Override
    public void loggedIn(Transaction transaction, String id, Instant at) {
        Sql.of(transaction).update("UPDATE app_user SET last_login_at = ? WHERE id = ?", at, id);
    }

    @Override
    public List<String> factorKinds(Transaction transaction, String id) {
        return Sql.of(transaction)
                .list(
                        row -> row.text("kind"),
                        "SELECT DISTINCT kind FROM factor WHERE user_id = ? AND confirmed = 1 ORDER BY kind",
                        id);
    }

    @Override
    public Map<String, List<String>> factorKinds(Transaction transaction, Collection<String> ids) {
        return Sql.of(transaction)
                .listOf(
                        row -> Map.entry(row.text("user_id"), row.text("kind")),
                        "SELECT DISTINCT user_id, kind FROM factor WHERE user_id IN (:keys) AND confirmed = 1"
                                + " ORDER BY kind",
                        ids)
                .stream()
                .collect(Collectors.groupingBy(
                        Map.Entry::getKey, Collectors.mapping(Map.Entry::getValue, Collectors.toList())));
    }
}
