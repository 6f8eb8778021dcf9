package dev.sekisho.control.secret;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.audit.JdbcAuditLog;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.store.Database;
import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.control.store.TestDatabases.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Ten thousand secrets survive a rotation that is killed (threat C06), and stand in no file (threat C01).
@Tag("S02")
class KeyRotationCrashTest {
    private static final int SECRETS = 10_000;
    private static final int KILLS = 4;
    private static final String CANARY = "canary-7b21";

    private final TestDatabase home = TestDatabases.sqlite();

    @AfterEach
    void close() {
        home.close();
    }

    /// The process that is killed: begins or goes on with a rotation, and says so.
    static final class Child {
        private Child() {}

        public static void main(String[] arguments) {
            Path directory = Path.of(arguments[0]);
            Database database = Database.open(java.util.Optional.empty(), directory.resolve("sekisho.db"));
            UnitOfWork work = new UnitOfWork(database, new JdbcAuditLog(InstantSource.system()));
            Vault vault = Vault.open(work, directory, Map.of(), InstantSource.system());
            KeyRotation rotation = new KeyRotation(work, vault, List.of(Secrets.COLUMN), InstantSource.system());
            rotation.begin(Actor.ROOT);
            System.out.println("rotating");
            rotation.advance(Actor.ROOT);
            System.out.println("waiting");
        }
    }

    @Test
    void everySecretIsReadableAfterKillsAndTheOldKeyIsGone() throws IOException, InterruptedException {
        fill();
        for (int kill = 0; kill < KILLS; kill++) {
            Process child = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "--enable-native-access=ALL-UNNAMED",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Child.class.getName(),
                            home.directory().toString())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            assertThat(child.inputReader().readLine()).isEqualTo("rotating");
            child.waitFor(100L * kill, TimeUnit.MILLISECONDS);
            child.destroyForcibly().waitFor();
        }
        try (SecretSite site = new SecretSite(home)) {
            assertThat(site.vault.keyVersion()).isEqualTo(2);
            site.pass(Duration.ofDays(20_000));
            assertThat(site.rotation.advance(Actor.ROOT)).isEqualTo(KeyRotation.State.DONE);
            List<String> values = site.work.read(transaction -> Sql.of(transaction)
                    .list(
                            row -> new String(
                                    site.vault.open(Secrets.COLUMN.scope(row.text("id")), row.bytes("sealed")),
                                    StandardCharsets.UTF_8),
                            "SELECT id, sealed FROM secret"));
            assertThat(values).hasSize(SECRETS).allMatch(value -> value.startsWith(CANARY));
            long keys =
                    site.work.read(transaction -> Sql.of(transaction).number("SELECT COUNT(*) AS n FROM secret_key"));
            assertThat(keys).isEqualTo(1);
            assertNoCanaryInAnyFile();
        }
    }

    private void fill() throws IOException {
        try (SecretSite site = new SecretSite(home)) {
            JdbcSecretStore store = new JdbcSecretStore();
            site.work.housekeeping(transaction -> {
                for (int i = 0; i < SECRETS; i++) {
                    Secret secret = new Secret(
                            "id" + i,
                            "name " + i,
                            Secret.Kind.TEXT,
                            "",
                            site.clock.instant(),
                            site.clock.instant(),
                            1,
                            false);
                    byte[] value = (CANARY + i).getBytes(StandardCharsets.UTF_8);
                    store.add(
                            transaction, secret, new Sealed(site.vault.seal(Secrets.COLUMN.scope(secret.id()), value)));
                }
                return SECRETS;
            });
            assertNoCanaryInAnyFile();
        }
    }

    private void assertNoCanaryInAnyFile() throws IOException {
        try (Stream<Path> files = Files.list(home.directory())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file, StandardCharsets.ISO_8859_1).contains(CANARY))
                        .as("a secret in %s", file.getFileName())
                        .isFalse();
            }
        }
    }
}
