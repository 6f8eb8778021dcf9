package dev.sekisho.control.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.audit.Audits;
import dev.sekisho.control.audit.Checkpoints;
import dev.sekisho.control.audit.JdbcAuditLog;
import dev.sekisho.control.audit.JdbcAuditStore;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.secret.Secret;
import dev.sekisho.control.secret.Secrets;
import dev.sekisho.control.secret.Vault;
import dev.sekisho.control.state.StateException;
import dev.sekisho.control.store.Database;
import dev.sekisho.control.store.DatabaseUrl;
import dev.sekisho.control.store.TestDatabases.TestDatabase;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Backup and restore, from one database into another of the same kind.
@Tag("B03")
abstract class BackupContract {
    private static final String CANARY = "canary-4f1e9c";
    private static final InstantSource CLOCK = InstantSource.system();

    private final TestDatabase home = newDatabase();
    private final TestDatabase other = newEmptyDatabase();

    abstract TestDatabase newDatabase();

    /// One without tables.
    abstract TestDatabase newEmptyDatabase();

    @AfterEach
    void close() {
        home.close();
        other.close();
    }

    private static BackupKey passphrase() {
        return new BackupKey.Passphrase(CharBuffer.wrap("correct horse battery"));
    }

    /// A server's parts on a database.
    private record Site(Database database, UnitOfWork work, Vault vault, Secrets secrets, Audits audits)
            implements AutoCloseable {
        static Site open(TestDatabase home) {
            Database database = home.open();
            try {
                UnitOfWork work = new UnitOfWork(database, new JdbcAuditLog(CLOCK));
                JdbcAuditStore store = new JdbcAuditStore();
                Checkpoints checkpoints = Checkpoints.open(work, store, CLOCK, home.directory());
                checkpoints.sign();
                Vault vault = Vault.open(work, home.directory(), Map.of(), CLOCK);
                return new Site(
                        database, work, vault, new Secrets(work, vault, CLOCK), new Audits(work, store, checkpoints));
            } catch (RuntimeException e) {
                database.close();
                throw e;
            }
        }

        @Override
        public void close() {
            database.close();
        }
    }

    private static String add(Site site, String name) {
        return site.secrets()
                .add(
                        Actor.ROOT,
                        new Secrets.Description(name, Secret.Kind.TEXT, ""),
                        CANARY.getBytes(StandardCharsets.UTF_8))
                .id();
    }

    private static String reveal(Site site, String id) {
        return new String(
                site.secrets().reveal(Actor.ROOT, id, "test").orElseThrow().value(), StandardCharsets.UTF_8);
    }

    private byte[] backup(Site site, BackupKey key) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new Backups(site.database(), home.directory(), "0.1", CLOCK).write(key, out);
        return out.toByteArray();
    }

    private Restore.Restored restore(BackupKey key, byte[] backup, boolean force) throws IOException {
        return new Restore(other.directory(), other.url().map(DatabaseUrl::parse), force)
                .read(key, new ByteArrayInputStream(backup));
    }

    @Test
    void aBackupWithAPassphraseBringsEverythingBack() throws IOException {
        byte[] backup;
        String id;
        Files.createDirectory(home.directory().resolve("tls"));
        Files.writeString(home.directory().resolve("tls/certificate.pem"), "certificate");
        try (Site site = Site.open(home)) {
            id = add(site, "one");
            backup = backup(site, passphrase());
            add(site, "after the backup");
        }
        Restore.Restored restored = restore(passphrase(), backup, false);
        assertThat(restored.needsKey()).isFalse();
        assertThat(restored.version()).isEqualTo("0.1");
        assertThat(other.directory().resolve("tls/certificate.pem")).hasContent("certificate");
        try (Site site = Site.open(other)) {
            assertThat(reveal(site, id)).isEqualTo(CANARY);
            assertThat(site.audits().verify().problems()).isEmpty();
            assertThat(site.secrets()
                            .list(
                                    Optional.empty(),
                                    Optional.empty(),
                                    new dev.sekisho.control.store.Page.Request(Optional.empty(), 10))
                            .total())
                    .isEqualTo(1);
            add(site, "two");
        }
    }

    /// Threat C12.
    @Test
    void aBackupWithTheInstallationsKeyOpensNoSecretWithoutIt() throws IOException {
        byte[] backup;
        String id;
        BackupKey key;
        try (Site site = Site.open(home)) {
            id = add(site, "one");
            key = new BackupKey.Installation(site.vault().installationKey());
            backup = backup(site, key);
        }
        assertThat(restore(key, backup, false).needsKey()).isTrue();
        assertThatThrownBy(() -> Site.open(other))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("master.key is missing");
        Files.copy(home.directory().resolve("master.key"), other.directory().resolve("master.key"));
        try (Site site = Site.open(other)) {
            assertThat(reveal(site, id)).isEqualTo(CANARY);
        }
    }

    /// Threat C01.
    @Test
    void noSecretAndNoKeyStandsInABackup() throws IOException {
        try (Site site = Site.open(home)) {
            add(site, "one");
            String backup = new String(backup(site, passphrase()), StandardCharsets.ISO_8859_1);
            assertThat(backup).startsWith("SEKISHOB").doesNotContain(CANARY).doesNotContain("audit_record");
            assertThat(backup).doesNotContain(Files.readString(home.directory().resolve("master.key")));
        }
    }

    @Test
    void anotherPassphraseOrKindOfKeyIsRefused() throws IOException {
        try (Site site = Site.open(home)) {
            byte[] backup = backup(site, passphrase());
            assertThatThrownBy(() ->
                            restore(new BackupKey.Passphrase(CharBuffer.wrap("wrong horse battery")), backup, false))
                    .isInstanceOf(BackupException.class)
                    .hasMessageContaining("the passphrase or key is another");
            assertThatThrownBy(() ->
                            restore(new BackupKey.Installation(site.vault().installationKey()), backup, false))
                    .isInstanceOf(BackupException.class)
                    .hasMessageContaining("sealed with a passphrase");
            assertNothingIsThere();
        }
    }

    @Test
    void aBackupThatWasCutOrChangedAnywhereTouchesNothing() throws IOException {
        try (Site site = Site.open(home)) {
            BackupKey key = new BackupKey.Installation(site.vault().installationKey());
            byte[] backup = backup(site, key);
            for (int i = 0; i < 40; i++) {
                int at = (int) ((long) backup.length * i / 40);
                byte[] changed = backup.clone();
                changed[at] ^= 1;
                assertThatThrownBy(() -> restore(key, changed, false)).isInstanceOf(BackupException.class);
                assertThatThrownBy(() -> restore(key, Arrays.copyOf(backup, at), false))
                        .isInstanceOf(BackupException.class);
            }
            byte[] longer = Arrays.copyOf(backup, backup.length + 1);
            assertThatThrownBy(() -> restore(key, longer, false)).isInstanceOf(BackupException.class);
            assertNothingIsThere();
            assertThat(restore(key, backup, false).needsKey()).isTrue();
        }
    }

    private void assertNothingIsThere() throws IOException {
        try (Stream<Path> files = Files.list(other.directory())) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void whatIsThereIsNotOverwrittenButKeptAsideWhenAskedTo() throws IOException {
        byte[] backup;
        String id;
        try (Site site = Site.open(home)) {
            id = add(site, "one");
            backup = backup(site, passphrase());
        }
        try (Site site = Site.open(other)) {
            add(site, "mine");
        }
        assertThatThrownBy(() -> restore(passphrase(), backup, false))
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("not empty");
        Restore.Restored restored = restore(passphrase(), backup, true);
        try (Stream<Path> kept = Files.list(restored.aside().orElseThrow())) {
            assertThat(kept.map(file -> String.valueOf(file.getFileName()))).contains("audit.key");
        }
        try (Site site = Site.open(other)) {
            assertThat(reveal(site, id)).isEqualTo(CANARY);
        }
    }

    /// What can't be put back is found out before anything is moved, also when one asks for it by force.
    @Test
    void aBackupOfAnotherDatabaseLeavesWhatIsThereInItsPlace() throws IOException {
        byte[] backup;
        try (Site site = Site.open(home)) {
            backup = backup(site, passphrase());
        }
        Path kept = Files.writeString(other.directory().resolve("kept"), "kept");
        Optional<DatabaseUrl> wrong = other.url().isPresent()
                ? Optional.empty()
                : Optional.of(DatabaseUrl.parse("postgres://nobody@127.0.0.1:1/none"));
        assertThatThrownBy(() -> new Restore(other.directory(), wrong, true)
                        .read(passphrase(), new ByteArrayInputStream(backup)))
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("this server uses");
        assertThat(kept).hasContent("kept");
    }

    @Test
    void aDatabaseWithTablesIsNotOverwritten() throws IOException {
        byte[] backup;
        try (Site site = Site.open(home)) {
            backup = backup(site, passphrase());
        }
        other.open().close();
        assertThatThrownBy(() -> restore(passphrase(), backup, false)).hasMessageContaining("not empty");
    }

    @Test
    void aBackupWhileEverybodyWritesIsOfOneMoment() throws IOException, InterruptedException {
        try (Site site = Site.open(home)) {
            Thread writer = Thread.ofVirtual().start(() -> {
                for (int i = 0; i < 200; i++) {
                    add(site, "secret " + i);
                }
            });
            byte[] backup = backup(site, passphrase());
            writer.join();
            restore(passphrase(), backup, false);
        }
        try (Site site = Site.open(other)) {
            assertThat(site.audits().verify().problems()).isEmpty();
        }
    }

    @Test
    void whatIsNoBackupIsSaidToBeNone() throws IOException {
        for (byte[] file :
                List.of(new byte[0], new byte[37], new byte[5000], "SEKISHOB".getBytes(StandardCharsets.US_ASCII))) {
            assertThatThrownBy(() -> restore(passphrase(), file, false))
                    .isInstanceOf(BackupException.class)
                    .hasMessageContaining("this is no backup");
        }
        assertThatThrownBy(() -> new BackupKey.Passphrase(CharBuffer.wrap("short")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("12 characters");
    }
}
