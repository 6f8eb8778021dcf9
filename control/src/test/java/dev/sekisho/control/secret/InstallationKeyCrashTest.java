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
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A process that changes the installation's key again and again and is killed in the middle leaves a key that opens
/// everything. `-Dsekisho.kills=100` kills more often.
@Tag("S02")
class InstallationKeyCrashTest {
    private static final int SECRETS = 50;
    private static final int KILLS = Integer.getInteger("sekisho.kills", 10);

    private final TestDatabase home = TestDatabases.sqlite();

    @AfterEach
    void close() {
        home.close();
    }

    /// The process that is killed; it ends also when its parent does.
    static final class Child {
        private Child() {}

        public static void main(String[] arguments) {
            Path directory = Path.of(arguments[0]);
            AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
            InstantSource clock = () -> now.updateAndGet(before -> before.plus(Duration.ofMinutes(1)));
            Database database = Database.open(Optional.empty(), directory.resolve("sekisho.db"));
            UnitOfWork work = new UnitOfWork(database, new JdbcAuditLog(clock));
            Vault vault = Vault.open(work, directory, Map.of(), clock);
            InstallationKeys keys = new InstallationKeys(work, vault, Map.of(), clock);
            KeyRotation rotation = new KeyRotation(work, vault, List.of(Secrets.COLUMN), clock);
            while (!System.out.checkError()) {
                while (rotation.advance(Actor.ROOT) != KeyRotation.State.DONE) {
                    System.out.println("rotating");
                }
                keys.change(Actor.ROOT, Optional.empty());
                System.out.println("changed");
            }
        }
    }

    @Test
    void aKillLeavesAKeyThatOpensEverything() throws IOException, InterruptedException {
        String first;
        try (SecretSite site = new SecretSite(home)) {
            fill(site);
            first = site.vault.installation().mark();
        }
        for (int kill = 0; kill < KILLS; kill++) {
            Process child = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "--enable-native-access=ALL-UNNAMED",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Child.class.getName(),
                            home.directory().toString())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try {
                for (String line = ""; !line.equals("changed"); ) {
                    line = String.valueOf(child.inputReader().readLine());
                    assertThat(line).as("it starts by itself").isIn("changed", "rotating");
                }
                // A different moment of the changes each time; what it prints meanwhile fits into the pipe.
                child.waitFor(7L * kill % 61, TimeUnit.MILLISECONDS);
            } finally {
                child.destroyForcibly().waitFor();
            }
            try (SecretSite site = new SecretSite(home)) {
                assertEverySecretOpens(site);
                assertThat(home.directory().resolve("master.key.next")).doesNotExist();
                assertThat(site.vault.installation().mark()).isNotEqualTo(first);
            }
        }
    }

    private static void fill(SecretSite site) {
        for (int i = 0; i < SECRETS; i++) {
            site.secrets.add(
                    Actor.ROOT,
                    new Secrets.Description("name " + i, Secret.Kind.TEXT, ""),
                    ("value " + i).getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void assertEverySecretOpens(SecretSite site) {
        List<String> values = site.work.read(transaction -> Sql.of(transaction)
                .list(
                        row -> new String(
                                site.vault.open(Secrets.COLUMN.scope(row.text("id")), row.bytes("sealed")),
                                StandardCharsets.UTF_8),
                        "SELECT id, sealed FROM secret"));
        assertThat(values).hasSize(SECRETS).allMatch(value -> value.startsWith("value "));
    }
}
