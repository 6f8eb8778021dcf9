package dev.sekisho.control.enforce;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.control.device.DeviceStore;
import dev.sekisho.control.grant.GrantQuery;
import dev.sekisho.control.resource.ResourceStore;
import dev.sekisho.control.role.NameKey;
import dev.sekisho.control.store.Filter;
import dev.sekisho.control.store.Page;
import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.TestDatabases.TestDatabase;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.control.user.JdbcUserStore;
import dev.sekisho.control.user.UserFilter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Searches of users, resources, devices and grants against a scan of their columns, while rows come, change and go:
/// random texts with everything that `LIKE` or an index might take for something else.
@Timeout(300)
abstract class SearchContract {
    private static final int ROUNDS = 12;
    private static final int RESOURCES = 700;
    private static final List<String> PIECES = List.of(
            "a",
            "b",
            "ab",
            "B",
            "web",
            "%",
            "_",
            "!",
            "\"",
            "'",
            " ",
            "-",
            "*",
            ":",
            "^",
            ".",
            "(",
            "OR ",
            "É",
            "é",
            "ß",
            "中",
            "文",
            "\uD834\uDD1E",
            "\u0301",
            "1");

    private final NetworkKit kit = new NetworkKit(newDatabase());
    private final JdbcUserStore users = new JdbcUserStore();
    private final SplittableRandom random = new SplittableRandom(19);
    private int made;

    abstract TestDatabase newDatabase();

    @BeforeEach
    void fill() {
        kit.work.housekeeping(transaction -> {
            Sql sql = Sql.of(transaction);
            for (int i = 0; i < 60; i++) {
                addUser(sql);
            }
            for (int i = 0; i < RESOURCES; i++) {
                addResource(sql);
            }
            for (int i = 0; i < 900; i++) {
                addGrant(sql);
            }
            return 0;
        });
    }

    @AfterEach
    void close() throws Exception {
        kit.close();
    }

    @Test
    void anIndexedSearchFindsWhatAScanFindsWhileRowsComeChangeAndGo() {
        for (int round = 0; round < ROUNDS; round++) {
            List<String> texts = new ArrayList<>(List.of("common", "web", "a", "中文", "%", "\"", "_a_"));
            for (int i = 0; i < 25; i++) {
                texts.add(text(1 + random.nextInt(4)));
            }
            kit.work.read(transaction -> {
                for (String text : texts) {
                    if (!text.isBlank()) {
                        findsWhatAScanFinds(transaction, text);
                    }
                }
                return 0;
            });
            kit.work.housekeeping(this::change);
        }
        kit.work.housekeeping(transaction -> checkIndex(Sql.of(transaction)));
    }

    /// After removing everything nothing is left in any index either.
    @Test
    void whatIsRemovedIsFoundNoMore() {
        kit.work.housekeeping(transaction -> {
            Sql.of(transaction).update("DELETE FROM app_user");
            return Sql.of(transaction).update("DELETE FROM resource");
        });
        kit.work.read(transaction -> {
            findsWhatAScanFinds(transaction, "common");
            findsWhatAScanFinds(transaction, "web");
            return 0;
        });
        assertThat(kit.work.<Integer>housekeeping(transaction -> checkIndex(Sql.of(transaction))))
                .isZero();
    }

    /// Checks that the index, if there is one, is as the tables are.
    ///
    /// @return how many rows it has
    abstract int checkIndex(Sql sql);

    private void findsWhatAScanFinds(Transaction transaction, String text) {
        Sql sql = Sql.of(transaction);
        String like = Filter.anywhere(NameKey.of(text));
        Optional<String> wanted = Optional.of(text);
        Page.Request all = new Page.Request(Optional.empty(), Page.Request.MAX_LIMIT);
        same(
                text,
                users.list(
                                transaction,
                                new UserFilter(wanted, Optional.empty(), Optional.empty(), Optional.empty()),
                                kit.now,
                                all)
                        .map(user -> user.id()),
                ids(sql, "SELECT id FROM app_user WHERE search_key LIKE ? ESCAPE '!' ORDER BY name_key", like));
        same(
                text,
                kit.resourceStore
                        .page(
                                transaction,
                                new ResourceStore.Query(
                                        wanted,
                                        Optional.empty(),
                                        Optional.empty(),
                                        false,
                                        new ResourceStore.Order(ResourceStore.By.CREATED, false)),
                                all)
                        .map(resource -> resource.id()),
                ids(sql, "SELECT id FROM resource WHERE search_key LIKE ? ESCAPE '!' ORDER BY id", like));
        same(
                text,
                kit.deviceStore
                        .page(
                                transaction,
                                new DeviceStore.Query(
                                        wanted,
                                        Optional.empty(),
                                        Optional.empty(),
                                        kit.now,
                                        new DeviceStore.Order(DeviceStore.By.CREATED, false)),
                                all)
                        .map(device -> device.id()),
                ids(
                        sql,
                        "SELECT d.id FROM device d JOIN app_user u ON u.id = d.user_id WHERE d.name_key LIKE ? ESCAPE '!'"
                                + " OR u.name_key LIKE ? ESCAPE '!' OR LOWER(d.public_key) LIKE ? ESCAPE '!' OR EXISTS"
                                + " (SELECT 1 FROM device_address a WHERE a.device_id = d.id AND a.address LIKE ? ESCAPE '!')"
                                + " ORDER BY d.id",
                        like,
                        like,
                        like,
                        like));
        same(
                text,
                kit.grantStore
                        .page(
                                transaction,
                                new GrantQuery(
                                        wanted, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()),
                                all)
                        .map(grant -> grant.id()),
                ids(
                        sql,
                        "SELECT g.id FROM access_grant g JOIN resource r ON r.id = g.resource_id LEFT JOIN app_user u ON"
                                + " u.id = g.user_id WHERE r.name_key LIKE ? ESCAPE '!' OR u.name_key LIKE ? ESCAPE '!' OR"
                                + " g.network LIKE ? ESCAPE '!' OR LOWER(g.comment) LIKE ? ESCAPE '!' ORDER BY g.id",
                        like,
                        like,
                        like,
                        like));
    }

    private static List<String> ids(Sql sql, String statement, Object... parameters) {
        return sql.list(row -> row.text("id"), statement, parameters);
    }

    private static void same(String text, Page<String> found, List<String> expected) {
        assertThat(found.total()).as("how many have <%s>", text).isEqualTo(expected.size());
        assertThat(found.items())
                .as("what has <%s>", text)
                .isEqualTo(expected.subList(0, Math.min(expected.size(), Page.Request.MAX_LIMIT)));
    }

    private int change(Transaction transaction) {
        Sql sql = Sql.of(transaction);
        for (int i = 0; i < 5; i++) {
            String one = " WHERE id = (SELECT id FROM %s ORDER BY id LIMIT 1 OFFSET " + random.nextInt(40) + ")";
            String key = NameKey.of(name());
            sql.update(
                    "UPDATE resource SET name = ?, name_key = ?, search_key = ?" + one.formatted("resource"),
                    key,
                    key,
                    key + " " + NameKey.of(text(3)));
            sql.update("UPDATE app_user SET name_key = ?, search_key = ?" + one.formatted("app_user"), key, key);
            sql.update("UPDATE device SET name_key = ?" + one.formatted("device"), key);
            sql.update(
                    "UPDATE access_grant SET comment = ?" + one.formatted("access_grant"),
                    random.nextInt(3) == 0 ? "" : text(4));
            sql.update("UPDATE access_grant SET id = ?" + one.formatted("access_grant"), "H%06d".formatted(made++));
            sql.update("UPDATE access_grant SET version = version + 1" + one.formatted("access_grant"));
            sql.update("DELETE FROM access_grant" + one.formatted("access_grant"));
            addResource(sql);
            addGrant(sql);
        }
        // Devices and grants go with them.
        sql.update("DELETE FROM app_user WHERE id = (SELECT MIN(id) FROM app_user)");
        sql.update("DELETE FROM resource WHERE id = (SELECT MIN(id) FROM resource)");
        addUser(sql);
        return 0;
    }

    /// From random pieces; so nearly all searches find something.
    private String text(int pieces) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < pieces; i++) {
            text.append(PIECES.get(random.nextInt(PIECES.size())));
        }
        return text.toString();
    }

    private String name() {
        return text(5) + "#" + made++;
    }

    private void addUser(Sql sql) {
        String name = name();
        String id = "U%06d".formatted(made++);
        sql.update(
                "INSERT INTO app_user (id, name, name_key, search_key, display_name, directory, disabled, service,"
                        + " created_at, version) VALUES (?, ?, ?, ?, '', 'internal', 0, 0, 0, 1)",
                id,
                NameKey.shown(name),
                NameKey.of(name),
                NameKey.of(name + " " + text(4)));
        byte[] key = new byte[32];
        random.nextBytes(key);
        String device = name();
        sql.update(
                "INSERT INTO device (id, user_id, name, name_key, public_key, state, own, created_at, version)"
                        + " VALUES (?, ?, ?, ?, ?, 'ACTIVE', 0, 0, 1)",
                "D%06d".formatted(made),
                id,
                // Names of devices have fewer characters than texts may have.
                "device-" + made,
                NameKey.of(device),
                Base64.getEncoder().encodeToString(key));
        sql.update(
                "INSERT INTO device_address (address, device_id, place) VALUES (?, ?, 0)",
                "10.%d.%d.1/32".formatted(made / 256, made % 256),
                "D%06d".formatted(made));
    }

    private void addResource(Sql sql) {
        String name = name();
        sql.update(
                "INSERT INTO resource (id, name, name_key, search_key, cidr, ports, protocol, decoy, description,"
                        + " approvals, max_duration_seconds, ticket_pattern, created_at, version)"
                        + " VALUES (?, ?, ?, ?, '10.0.0.1/32', '443', 'tcp', 0, '', 1, 3600, '', 0, 1)",
                "S%06d".formatted(made++),
                NameKey.shown(name),
                NameKey.of(name),
                NameKey.of(name + (random.nextInt(10) == 0 ? "" : " common ") + text(4)));
    }

    private void addGrant(Sql sql) {
        List<String> resources = ids(sql, "SELECT id FROM resource ORDER BY id");
        List<String> people = ids(sql, "SELECT id FROM app_user ORDER BY id");
        boolean network = random.nextInt(5) == 0;
        sql.update(
                "INSERT INTO access_grant (id, resource_id, user_id, network, deny, mfa, comment, created_at,"
                        + " created_by, version) VALUES (?, ?, ?, ?, 0, 0, ?, 0, '', 1)",
                "G%06d".formatted(made++),
                resources.get(random.nextInt(resources.size())),
                network ? null : people.get(random.nextInt(people.size())),
                network ? "10.1.%d.0/24".formatted(random.nextInt(200)) : null,
                random.nextInt(3) == 0 ? "" : text(4));
    }
}
