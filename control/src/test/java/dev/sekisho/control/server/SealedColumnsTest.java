package dev.sekisho.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.audit.JdbcAuditLog;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.secret.KeyRotation;
import dev.sekisho.control.secret.Scope;
import dev.sekisho.control.secret.SealedColumn;
import dev.sekisho.control.secret.Vault;
import dev.sekisho.control.store.Database;
import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.control.store.TestDatabases.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A rotation of the key finds the sealed values of every feature, in the real tables, on both databases.
@Tag("S02")
class SealedColumnsTest {
    enum Kind {
        SQLITE,
        POSTGRESQL;

        TestDatabase make() {
            return this == SQLITE ? TestDatabases.sqlite() : TestDatabases.postgresql();
        }
    }

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-30T12:00:00Z"));
    private final InstantSource clock = now::get;

    @ParameterizedTest
    @EnumSource
    void everySealedValueOutlivesARotation(Kind kind) {
        try (TestDatabase home = kind.make();
                Database database = home.open()) {
            UnitOfWork work = new UnitOfWork(database, new JdbcAuditLog(clock));
            Vault vault = Vault.open(work, home.directory(), Map.of(), clock);
            KeyRotation rotation = new KeyRotation(work, vault, Vaults.COLUMNS, clock);
            for (SealedColumn column : Vaults.COLUMNS) {
                fill(work, column, vault.seal(scope(column), bytes(column)));
            }
            rotation.begin(Actor.ROOT);
            rotation.advance(Actor.ROOT);
            now.updateAndGet(before -> before.plus(Duration.ofMinutes(1)));
            assertThat(rotation.advance(Actor.ROOT)).isEqualTo(KeyRotation.State.DONE);
            for (SealedColumn column : Vaults.COLUMNS) {
                byte[] sealed = work.read(transaction -> Sql.of(transaction)
                        .first(row -> row.bytes("v"), "SELECT " + column.column() + " AS v FROM " + column.table())
                        .orElseThrow());
                assertThat(vault.open(scope(column), sealed)).isEqualTo(bytes(column));
            }
        }
    }

    private static Scope scope(SealedColumn column) {
        return new Scope(column.table(), "1", column.column());
    }

    private static byte[] bytes(SealedColumn column) {
        return (column.table() + " value").getBytes(StandardCharsets.UTF_8);
    }

    /// A row with something in every column that must have something, whatever it means: none of it is read here.
    private static void fill(UnitOfWork work, SealedColumn column, byte[] sealed) {
        work.housekeeping(transaction -> {
            Sql sql = Sql.of(transaction);
            Map<String, @Nullable Object> fixed = new java.util.LinkedHashMap<>();
            fixed.put(column.id(), column.numbered() ? (Object) 1 : "1");
            fixed.put(column.column(), sealed);
            needed(column.table()).forEach(fixed::putIfAbsent);
            if (fixed.containsKey("user_id") && !column.id().equals("user_id")) {
                user(sql);
            }
            insert(sql, column.table(), fixed);
            return sealed.length;
        });
    }

    private static void user(Sql sql) {
        if (sql.number("SELECT COUNT(*) AS n FROM app_user") == 0) {
            Map<String, @Nullable Object> user = new java.util.LinkedHashMap<>();
            for (String text : "id name name_key search_key display_name directory".split(" ", -1)) {
                user.put(text, "1");
            }
            for (String number : "disabled service created_at version".split(" ", -1)) {
                user.put(number, 0);
            }
            insert(sql, "app_user", user);
        }
    }

    private static Map<String, @Nullable Object> needed(String table) {
        return switch (table) {
            case "secret" -> some("name name_key kind description", "created_at changed_at version");
            case "factor" -> some("user_id kind name", "confirmed created_at");
            case "network_settings" ->
                some(
                        "interface_name addresses subnets network_interfaces server_public_key mail_subject mail_body",
                        "enabled listen_port mtu mfa_inactivity mfa_timeout scan_threshold scan_window max_own_devices"
                                + " pending_devices version");
            case "device" -> some("user_id name name_key public_key state", "own created_at version");
            case "device_link" -> {
                Map<String, @Nullable Object> some =
                        some("device_id state maker fetched_from", "created_at expires_at");
                some.put("secret_hash", new byte[] {1});
                yield some;
            }
            case "outbox" -> some("channel subject state last_error", "attempts next_at made_at");
            case "alert_channel" -> some("name name_key kind events", "enabled version");
            case "mail_settings", "notice_target" -> some("", "version");
            case "push_subscription" -> {
                Map<String, @Nullable Object> some = some("user_id label", "made_at");
                some.put("endpoint_hash", new byte[] {1});
                yield some;
            }
            case "push_key" -> some("", "");
            case "directory" -> some("kind name name_key", "enabled version");
            default -> throw new AssertionError("say what a row of " + table + " needs");
        };
    }

    private static Map<String, @Nullable Object> some(String texts, String numbers) {
        Map<String, @Nullable Object> some = new java.util.LinkedHashMap<>();
        for (String text : texts.split(" ", -1)) {
            some.put(text, "1");
        }
        for (String number : numbers.split(" ", -1)) {
            some.put(number, 1);
        }
        some.remove("");
        return some;
    }

    private static void insert(Sql sql, String table, Map<String, @Nullable Object> row) {
        List<String> marks = new ArrayList<>();
        row.keySet().forEach(_ -> marks.add("?"));
        sql.update(
                "INSERT INTO " + table + " (" + String.join(", ", row.keySet()) + ") VALUES ("
                        + String.join(", ", marks) + ")",
                row.values().toArray());
    }
}
