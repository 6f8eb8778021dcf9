package dev.sekisho.control.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.store.Page;
import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.StoreException;
import dev.sekisho.control.store.TestDatabases.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Secrets and the rotation of their key on both databases.
@Tag("S01")
abstract class SecretsContract {
    private static final Secrets.Description DB =
            new Secrets.Description("Billing DB", Secret.Kind.DATABASE, "read only");

    private final TestDatabase home = newDatabase();
    private SecretSite site = new SecretSite(home);

    abstract TestDatabase newDatabase();

    @AfterEach
    void close() {
        site.close();
        home.close();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private String reveal(String id) {
        return new String(
                site.secrets.reveal(Actor.ROOT, id, "a test").orElseThrow().value(), StandardCharsets.UTF_8);
    }

    private List<String> actions() {
        return site.work.read(transaction ->
                Sql.of(transaction).list(row -> row.text("action"), "SELECT action FROM audit_record ORDER BY seq"));
    }

    @Test
    @Tag("S03")
    void aValueComesOutByRevealOnlyAndThatIsOnRecord() {
        Secret secret = site.secrets.add(Actor.ROOT, DB, bytes("s3cret"));
        assertThat(site.secrets.find(secret.id())).contains(secret);
        Secrets.Revealed revealed =
                site.secrets.reveal(Actor.ROOT, secret.id(), "incident").orElseThrow();
        assertThat(revealed.value()).isEqualTo(bytes("s3cret"));
        assertThat(revealed.expiresAt()).isEqualTo(site.clock.instant().plusSeconds(60));
        assertThat(actions()).containsExactly("secret.created", "secret.revealed");
        String details = site.work.read(transaction -> Sql.of(transaction)
                .first(row -> row.text("details"), "SELECT details FROM audit_record WHERE seq = 2")
                .orElseThrow());
        assertThat(details).contains("incident").doesNotContain("s3cret");
        assertThat(site.secrets.reveal(Actor.ROOT, "none", "x")).isEmpty();
    }

    @Test
    void aNameIsTakenInSmallAndCapitalLetters() {
        site.secrets.add(Actor.ROOT, DB, bytes("a"));
        assertThatThrownBy(() -> site.secrets.add(
                        Actor.ROOT, new Secrets.Description("BILLING db", Secret.Kind.TEXT, ""), bytes("b")))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.CONFLICT));
    }

    @Test
    void aChangeKeepsTheValueUnlessANewOneIsGivenAndMindsTheVersion() {
        Secret secret = site.secrets.add(Actor.ROOT, DB, bytes("old"));
        Secrets.Description renamed = new Secrets.Description("Billing", Secret.Kind.DATABASE, "");
        assertThat(site.secrets.change(Actor.ROOT, secret.id(), renamed, Optional.empty(), OptionalLong.of(1)))
                .isEqualTo(Secrets.Outcome.DONE);
        assertThat(reveal(secret.id())).isEqualTo("old");
        assertThat(site.secrets.change(Actor.ROOT, secret.id(), renamed, Optional.of(bytes("new")), OptionalLong.of(1)))
                .isEqualTo(Secrets.Outcome.STALE);
        assertThat(reveal(secret.id())).isEqualTo("old");
        assertThat(site.secrets.change(
                        Actor.ROOT, secret.id(), renamed, Optional.of(bytes("new")), OptionalLong.empty()))
                .isEqualTo(Secrets.Outcome.DONE);
        assertThat(reveal(secret.id())).isEqualTo("new");
        assertThat(site.secrets.remove(Actor.ROOT, secret.id())).isEqualTo(Secrets.Outcome.DONE);
        assertThat(site.secrets.remove(Actor.ROOT, secret.id())).isEqualTo(Secrets.Outcome.MISSING);
        assertThat(site.secrets.change(Actor.ROOT, secret.id(), renamed, Optional.empty(), OptionalLong.empty()))
                .isEqualTo(Secrets.Outcome.MISSING);
    }

    @Test
    void secretsAreListedByNameInPages() {
        for (String name : new String[] {"c", "A", "b"}) {
            site.secrets.add(Actor.ROOT, new Secrets.Description(name, Secret.Kind.TEXT, ""), bytes(name));
        }
        Page<Secret> first =
                site.secrets.list(Optional.empty(), Optional.empty(), new Page.Request(Optional.empty(), 2));
        Page<Secret> second = site.secrets.list(Optional.empty(), Optional.empty(), new Page.Request(first.next(), 2));
        assertThat(first.items()).extracting(Secret::name).containsExactly("A", "b");
        assertThat(second.items()).extracting(Secret::name).containsExactly("c");
        assertThat(second.next()).isEmpty();
        assertThat(first.total()).isEqualTo(3);
    }

    @Test
    @Tag("S02")
    void aRotationWrapsEverythingAnewAndDestroysTheOldKey() {
        Secret secret = site.secrets.add(Actor.ROOT, DB, bytes("s3cret"));
        byte[] old = sealed(secret.id());
        assertThat(site.rotation.begin(Actor.ROOT)).isEqualTo(2);
        assertThat(site.rotation.begin(Actor.ROOT)).isEqualTo(2);
        assertThat(site.rotation.advance(Actor.ROOT)).isEqualTo(KeyRotation.State.WAITING);
        assertThat(reveal(secret.id())).isEqualTo("s3cret");
        assertThat(sealed(secret.id())).isNotEqualTo(old);
        site.pass(KeyRotation.GRACE);
        assertThat(site.rotation.advance(Actor.ROOT)).isEqualTo(KeyRotation.State.DONE);
        assertThat(reveal(secret.id())).isEqualTo("s3cret");
        assertThatThrownBy(() -> site.vault.open(Secrets.COLUMN.scope(secret.id()), old))
                .isInstanceOf(VaultException.class)
                .hasMessageContaining("key that is gone");
        assertThat(actions()).contains("secret.key-rotation-started", "secret.key-rotation-finished");
        site.close();
        site = new SecretSite(home);
        assertThat(reveal(secret.id())).isEqualTo("s3cret");
        assertThat(site.vault.keyVersion()).isEqualTo(2);
    }

    private byte[] sealed(String id) {
        return site.work.read(transaction -> Sql.of(transaction)
                .first(row -> row.bytes("sealed"), "SELECT sealed FROM secret WHERE id = ?", id)
                .orElseThrow());
    }

    @Test
    @Tag("S02")
    void whatWasSealedWithTheOldKeyAndWrittenLateIsWrappedToo() {
        Secret secret = site.secrets.add(Actor.ROOT, DB, bytes("first"));
        byte[] late = site.vault.seal(Secrets.COLUMN.scope(secret.id()), bytes("late"));
        site.rotation.begin(Actor.ROOT);
        site.rotation.advance(Actor.ROOT);
        site.work.housekeeping(transaction ->
                Sql.of(transaction).update("UPDATE secret SET sealed = ? WHERE id = ?", late, secret.id()));
        site.pass(KeyRotation.GRACE);
        site.rotation.advance(Actor.ROOT);
        assertThat(reveal(secret.id())).isEqualTo("late");
    }

    @Test
    @Tag("S02")
    void aRotationOnAnotherNodeIsNoticed() {
        Secret secret = site.secrets.add(Actor.ROOT, DB, bytes("s3cret"));
        try (SecretSite other = new SecretSite(home)) {
            other.rotation.begin(Actor.ROOT);
            other.rotation.advance(Actor.ROOT);
            assertThat(reveal(secret.id())).isEqualTo("s3cret");
            site.vault.refresh();
            assertThat(site.vault.keyVersion()).isEqualTo(2);
            other.pass(Duration.ofSeconds(31));
            assertThat(other.rotation.advance(Actor.ROOT)).isEqualTo(KeyRotation.State.DONE);
            assertThat(reveal(secret.id())).isEqualTo("s3cret");
        }
    }

    /// Else everything that is sealed by then would be lost.
    @Test
    @Tag("S02")
    void aNodeThatIsLateDestroysNoKeyOfTheNextRotation() {
        Secret secret = site.secrets.add(Actor.ROOT, DB, bytes("s3cret"));
        site.rotation.begin(Actor.ROOT);
        site.rotation.advance(Actor.ROOT);
        try (SecretSite other = new SecretSite(home)) {
            // It has wrapped everything and looks at the clock; meanwhile this node ends the rotation, and begins
            // another.
            KeyRotation late = new KeyRotation(other.work, other.vault, List.of(Secrets.COLUMN), () -> {
                site.pass(KeyRotation.GRACE);
                assertThat(site.rotation.advance(Actor.ROOT)).isEqualTo(KeyRotation.State.DONE);
                assertThat(site.rotation.begin(Actor.ROOT)).isEqualTo(3);
                site.rotation.advance(Actor.ROOT);
                return site.clock.instant();
            });
            assertThat(late.advance(Actor.ROOT)).isEqualTo(KeyRotation.State.WAITING);
        }
        site.close();
        site = new SecretSite(home);
        assertThat(site.vault.keyVersion()).isEqualTo(3);
        assertThat(reveal(secret.id())).isEqualTo("s3cret");
    }

    /// What nobody can open any more does not keep everything else under the old key for ever.
    @Test
    @Tag("S02")
    void aValueWhoseKeyIsGoneDoesNotHoldUpARotation() {
        Secret secret = site.secrets.add(Actor.ROOT, DB, bytes("s3cret"));
        Secret lost =
                site.secrets.add(Actor.ROOT, new Secrets.Description("Lost", Secret.Kind.TEXT, ""), bytes("gone"));
        byte[] foreign = sealed(lost.id());
        foreign[4] = 99; // the version of a key that there never was
        site.work.housekeeping(transaction ->
                Sql.of(transaction).update("UPDATE secret SET sealed = ? WHERE id = ?", foreign, lost.id()));
        site.rotation.begin(Actor.ROOT);
        site.rotation.advance(Actor.ROOT);
        site.pass(KeyRotation.GRACE);
        assertThat(site.rotation.advance(Actor.ROOT)).isEqualTo(KeyRotation.State.DONE);
        assertThat(reveal(secret.id())).isEqualTo("s3cret");
        assertThat(sealed(lost.id())).as("left as it is").isEqualTo(foreign);
    }

    /// The time after which a key may be destroyed counts on it.
    @Test
    @Tag("S02")
    void whoHasNotLookedForLongSealsWithTheKeyThatIsInUse() {
        Secret secret = site.secrets.add(Actor.ROOT, DB, bytes("s3cret"));
        try (SecretSite other = new SecretSite(home)) {
            other.rotation.begin(Actor.ROOT);
            other.rotation.advance(Actor.ROOT);
            other.pass(KeyRotation.GRACE);
            assertThat(other.rotation.advance(Actor.ROOT)).isEqualTo(KeyRotation.State.DONE);
            site.pass(Vault.FRESH);
            Secret later = site.secrets.add(
                    Actor.ROOT, new Secrets.Description("Later", Secret.Kind.TEXT, ""), bytes("later"));
            assertThat(other.secrets
                            .reveal(Actor.ROOT, later.id(), "a test")
                            .orElseThrow()
                            .value())
                    .isEqualTo(bytes("later"));
        }
        assertThat(reveal(secret.id())).isEqualTo("s3cret");
    }
}
