package dev.sekisho.control.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.state.StateException;
import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.TestDatabases.TestDatabase;
import dev.sekisho.control.web.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The change of the installation's key, and what becomes of whoever has the old or the new one, on both databases.
@Tag("S02")
abstract class InstallationKeysContract {
    private static final String VARIABLE = "SEKISHO_ENCRYPTION_KEY";
    private static final Secrets.Description DB = new Secrets.Description("Billing DB", Secret.Kind.DATABASE, "");

    final TestDatabase home = newDatabase();

    abstract TestDatabase newDatabase();

    @AfterEach
    void close() {
        home.close();
    }

    private Path file(String name) {
        return home.directory().resolve(name);
    }

    private String key() throws IOException {
        return Files.readString(file("master.key"));
    }

    /// A key that somebody made.
    static String own(int fill) {
        byte[] raw = new byte[32];
        Arrays.fill(raw, (byte) fill);
        return Base64.getEncoder().encodeToString(raw);
    }

    private void put(String name, String key) throws IOException {
        Files.deleteIfExists(file(name));
        Files.createFile(
                file(name), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file(name), key);
    }

    static String reveal(SecretSite site, String id) {
        return new String(
                site.secrets.reveal(Actor.ROOT, id, "a test").orElseThrow().value(), StandardCharsets.UTF_8);
    }

    private static String add(SecretSite site) {
        return site.secrets
                .add(Actor.ROOT, DB, "s3cret".getBytes(StandardCharsets.UTF_8))
                .id();
    }

    static void finishRotation(SecretSite site) {
        site.rotation.advance(Actor.SYSTEM);
        site.pass(KeyRotation.GRACE);
        assertThat(site.rotation.advance(Actor.SYSTEM)).isEqualTo(KeyRotation.State.DONE);
    }

    private static List<String> actions(SecretSite site) {
        return site.work.read(transaction ->
                Sql.of(transaction).list(row -> row.text("action"), "SELECT action FROM audit_record ORDER BY seq"));
    }

    @Test
    void aNewKeyTakesThePlaceOfTheOldOneAndBeginsARotation() throws IOException {
        String id;
        String before;
        try (SecretSite site = new SecretSite(home)) {
            id = add(site);
            before = key();
            InstallationKeys.Changed changed = site.installation.change(Actor.ROOT, Optional.empty());
            assertThat(changed.mark()).isNotEqualTo(changed.previous());
            assertThat(changed.next()).contains("keep a copy of").doesNotContain(VARIABLE);
            assertThat(key()).isNotEqualTo(before).doesNotContain(changed.mark());
            assertThat(file("master.key.next")).doesNotExist();
            assertThat(reveal(site, id)).isEqualTo("s3cret");
            assertThat(site.vault.keyVersion()).isEqualTo(2);
            finishRotation(site);
            assertThat(reveal(site, id)).isEqualTo("s3cret");
            assertThat(actions(site))
                    .contains(
                            "secret.installation-key-changed",
                            "secret.key-rotation-started",
                            "secret.key-rotation-finished");
        }
        try (SecretSite site = new SecretSite(home)) {
            assertThat(reveal(site, id)).isEqualTo("s3cret");
        }
        put("master.key", before);
        assertThatThrownBy(() -> new SecretSite(home))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("is from before the change of 2026-11-30")
                .hasMessageNotContaining(before);
    }

    @Test
    void aServerStartedWithAKeyWantsTheNextOneAndSaysWhatToDoWithIt() throws IOException {
        Map<String, String> before = Map.of(VARIABLE, own(1));
        Map<String, String> after = Map.of(VARIABLE, own(2));
        String id;
        try (SecretSite site = new SecretSite(home, before)) {
            id = add(site);
            assertThatThrownBy(() -> site.installation.change(Actor.ROOT, Optional.empty()))
                    .isInstanceOf(Problem.class)
                    .hasMessageContaining(VARIABLE);
            InstallationKeys.Changed changed = site.installation.change(Actor.ROOT, Optional.of(own(2) + "\n"));
            assertThat(changed.next()).startsWith("before the next start set " + VARIABLE);
            assertThat(key()).isEqualTo(own(2));
        }
        assertThatThrownBy(() -> new SecretSite(home, before))
                .isInstanceOf(StateException.class)
                .hasMessageContaining(VARIABLE + " still holds the key from before the change of 2026-11-30")
                .hasMessageNotContaining(own(1));
        new SecretSite(home).close();
        try (SecretSite site = new SecretSite(home, after)) {
            assertThat(reveal(site, id)).isEqualTo("s3cret");
        }
    }

    @Test
    void aVariableThatWasChangedBeforeTheKeyWasIsExplained() {
        new SecretSite(home, Map.of(VARIABLE, own(1))).close();
        assertThatThrownBy(() -> new SecretSite(home, Map.of(VARIABLE, own(2))))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("to change the key, start with the one that is in use");
    }

    @Test
    void aHostWithoutTheFileStartsWithTheNewVariableOnly() throws IOException {
        try (SecretSite site = new SecretSite(home, Map.of(VARIABLE, own(1)))) {
            site.installation.change(Actor.ROOT, Optional.of(own(2)));
        }
        Files.delete(file("master.key"));
        assertThatThrownBy(() -> new SecretSite(home, Map.of(VARIABLE, own(1))))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("the key in " + VARIABLE + " is from before the change");
        new SecretSite(home, Map.of(VARIABLE, own(2))).close();
        assertThat(key()).isEqualTo(own(2));
    }

    @Test
    void anOldFileBesideTheNewVariableIsReplacedAndAnUnknownOneIsNot() throws IOException {
        try (SecretSite site = new SecretSite(home, Map.of(VARIABLE, own(1)))) {
            site.installation.change(Actor.ROOT, Optional.of(own(2)));
            finishRotation(site);
        }
        put("master.key", own(3));
        assertThatThrownBy(() -> new SecretSite(home, Map.of(VARIABLE, own(2))))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("holds a key of something else");
        assertThat(key()).isEqualTo(own(3));
        put("master.key", own(1));
        new SecretSite(home, Map.of(VARIABLE, own(2))).close();
        assertThat(key()).isEqualTo(own(2));
    }

    @Test
    void aKeyThatWasWrittenAndNotYetUsedIsForgotten() throws IOException {
        String id;
        try (SecretSite site = new SecretSite(home)) {
            id = add(site);
        }
        String before = key();
        put("master.key.next", own(7));
        try (SecretSite site = new SecretSite(home)) {
            assertThat(reveal(site, id)).isEqualTo("s3cret");
        }
        assertThat(key()).isEqualTo(before);
        assertThat(file("master.key.next")).doesNotExist();
    }

    @Test
    void aKeyThatIsInUseAndNotYetInItsPlaceIsPutThere() throws IOException {
        String id;
        String before;
        String after;
        try (SecretSite site = new SecretSite(home)) {
            id = add(site);
            before = key();
            site.installation.change(Actor.ROOT, Optional.empty());
            after = key();
            finishRotation(site);
        }
        put("master.key", before);
        put("master.key.next", after);
        try (SecretSite site = new SecretSite(home)) {
            assertThat(reveal(site, id)).isEqualTo("s3cret");
        }
        assertThat(key()).isEqualTo(after);
        assertThat(file("master.key.next")).doesNotExist();
    }

    /// Else a crash before the commit would leave a database that no key at hand opens.
    @Test
    void theOldKeyStandsUntilTheDatabaseHasGoneOver() throws IOException {
        try (SecretSite site = new SecretSite(home)) {
            String before = key();
            List<String> atTheCommit = new ArrayList<>();
            site.work.onCommit((events, records) -> {
                try {
                    atTheCommit.add(key());
                    atTheCommit.add(Files.readString(file("master.key.next")));
                } catch (IOException e) {
                    atTheCommit.add(e.toString());
                }
            });
            site.installation.change(Actor.ROOT, Optional.empty());
            assertThat(atTheCommit).containsExactly(before, key()).doesNotHaveDuplicates();
        }
    }

    @Test
    void thereIsOneChangeAtATime() {
        try (SecretSite site = new SecretSite(home)) {
            site.rotation.begin(Actor.ROOT);
            assertThatThrownBy(() -> site.installation.change(Actor.ROOT, Optional.empty()))
                    .isInstanceOf(Problem.class)
                    .hasMessageContaining("wait until");
            assertThat(file("master.key.next")).doesNotExist();
            finishRotation(site);
            site.installation.change(Actor.ROOT, Optional.empty());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"password", "AAAA", "zz", "000102030405060708090a0b0c0d0e0f"})
    void whatIsNoKeyIsRefusedAndNotRepeated(String text) throws IOException {
        try (SecretSite site = new SecretSite(home)) {
            String before = key();
            assertThatThrownBy(() -> site.installation.change(Actor.ROOT, Optional.of(text)))
                    .isInstanceOf(Problem.class)
                    .hasMessageContaining("32 random bytes")
                    .hasMessageNotContaining(text);
            assertThat(key()).isEqualTo(before);
        }
    }

    @Test
    void theKeyInUseIsNoNewOne() throws IOException {
        try (SecretSite site = new SecretSite(home)) {
            String same = key();
            assertThatThrownBy(() -> site.installation.change(Actor.ROOT, Optional.of(same)))
                    .isInstanceOf(Problem.class)
                    .hasMessageContaining("in use already");
        }
    }

    /// It may be the only copy of the key of another database.
    @Test
    void aKeyOfSomethingElseInItsPlaceIsKeptAside() throws IOException {
        String after;
        try (SecretSite site = new SecretSite(home)) {
            String before = key();
            put("master.key", own(8));
            site.installation.tick();
            assertThat(key()).isEqualTo(before);
            assertThat(file("master.key.before-1")).hasContent(own(8));

            put("master.key", own(8));
            site.installation.tick();
            assertThat(key()).isEqualTo(before);
            assertThat(file("master.key.before-2")).as("the same again").doesNotExist();

            put("master.key", own(9));
            site.installation.change(Actor.ROOT, Optional.empty());
            after = key();
            assertThat(after).isNotEqualTo(own(9));
            assertThat(file("master.key.before-2")).hasContent(own(9));
        }
        put("master.key", own(7));
        put("master.key.next", after);
        new SecretSite(home).close();
        assertThat(key()).isEqualTo(after);
        assertThat(file("master.key.before-3")).hasContent(own(7));
    }

    @Test
    void theKeyOfBeforeIsNotKept() throws IOException {
        try (SecretSite site = new SecretSite(home)) {
            site.installation.change(Actor.ROOT, Optional.empty());
            site.installation.tick();
        }
        assertThat(file("master.key.before-1")).doesNotExist();
    }

    @Test
    void aNodeThatCanNotFollowTheKeysSaysSoUntilItCan() {
        try (SecretSite site = new SecretSite(home)) {
            List<KeyStore.Wrapped> keys = site.work.read(new JdbcKeyStore()::keys);
            assertThat(site.vault.concern()).isEmpty();
            replaceKeys(site, List.of(Vault.newKey(InstallationKey.random(), 1, site.clock)));
            assertThatThrownBy(site.vault::refresh).isInstanceOf(StateException.class);
            assertThat(site.vault.concern().orElseThrow()).contains("another node made the database its own");
            replaceKeys(site, keys);
            site.vault.refresh();
            assertThat(site.vault.concern()).isEmpty();
        }
    }

    private static void replaceKeys(SecretSite site, List<KeyStore.Wrapped> keys) {
        site.work.housekeeping(transaction -> {
            Sql.of(transaction).update("DELETE FROM secret_key");
            keys.forEach(key -> new JdbcKeyStore().add(transaction, key));
            return 0;
        });
    }
}
