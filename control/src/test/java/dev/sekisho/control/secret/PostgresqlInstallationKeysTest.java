package dev.sekisho.control.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.state.StateException;
import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.control.store.TestDatabases.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PostgresqlInstallationKeysTest extends InstallationKeysContract {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path second;

    @Override
    TestDatabase newDatabase() {
        return TestDatabases.postgresql();
    }

    private void copyKey() throws IOException {
        Files.copy(
                home.directory().resolve("master.key"),
                second.resolve("master.key"),
                java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
    }

    private static long handedOver(SecretSite site) {
        return site.work.read(transaction ->
                Sql.of(transaction).number("SELECT COUNT(*) AS n FROM installation_key WHERE hand_over IS NOT NULL"));
    }

    @Test
    void anotherNodeTakesTheNewKeyOverWhileItRuns() throws IOException {
        try (SecretSite site = new SecretSite(home)) {
            copyKey();
            String id;
            try (SecretSite other = new SecretSite(home, second, Map.of())) {
                id = other.secrets
                        .add(
                                Actor.ROOT,
                                new Secrets.Description("x", Secret.Kind.TEXT, ""),
                                "s3cret".getBytes(StandardCharsets.UTF_8))
                        .id();
                site.installation.change(Actor.ROOT, Optional.empty());
                assertThat(handedOver(site)).isOne();
                assertThat(reveal(other, id)).isEqualTo("s3cret");
                other.installation.tick();
                assertThat(second.resolve("master.key"))
                        .hasSameTextualContentAs(home.directory().resolve("master.key"));
                finishRotation(site);
                assertThat(handedOver(site)).isZero();
                assertThat(reveal(other, id)).isEqualTo("s3cret");
            }
            try (SecretSite other = new SecretSite(home, second, Map.of())) {
                assertThat(reveal(other, id)).isEqualTo("s3cret");
            }
        }
    }

    @Test
    void aNodeThatWasDownTakesItOverInTimeOrSaysWhatIsWrong() throws IOException {
        try (SecretSite site = new SecretSite(home)) {
            copyKey();
            site.installation.change(Actor.ROOT, Optional.empty());
            new SecretSite(home, second, Map.of()).close();
            finishRotation(site);
            Path old = second.resolve("master.key");
            Files.delete(old);
            copyKey();
            site.installation.change(Actor.ROOT, Optional.empty());
            finishRotation(site);
            assertThatThrownBy(() -> new SecretSite(home, second, Map.of()))
                    .isInstanceOf(StateException.class)
                    .hasMessageContaining("is from before the change")
                    .hasMessageContaining("as another node has it");
        }
    }
}
