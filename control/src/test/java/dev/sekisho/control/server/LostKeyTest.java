package dev.sekisho.control.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.control.state.StateException;
import dev.sekisho.control.store.Database;
import dev.sekisho.control.store.Sql;
import dev.sekisho.control.web.Http;
import dev.sekisho.control.web.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A database whose installation's key is lost, or that somebody has taken to a server of their own: nothing that was
/// secret comes out, and there is a way on for all the rest (threat C12).
@Tag("S01")
@SuppressWarnings("try") // servers end before their site does
class LostKeyTest {
    private static final String CANARY = "canary-51c7";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private record Bearer(ServerSite site, String token) {
        Http call(String method, String path, String body) throws Exception {
            return site.visitor()
                    .raw(
                            method,
                            "/api/v1" + path,
                            body,
                            "Authorization: Bearer " + token,
                            "Content-Type: application/json");
        }
    }

    private LostKey lost(ServerSite site) {
        return new LostKey(ServerSite.options(site.state(), Optional.empty()), Map.of(), InstantSource.system());
    }

    @Test
    void whatIsNotSecretGoesOnAndWhatIsSecretIsMarkedAsLost() throws Exception {
        try (ServerSite site = ServerSite.start(directory)) {
            Bearer admin = filled(site);
            String publicKey = serverKey(site);
            site.close();
            assertThatThrownBy(() -> lost(site).reset())
                    .isInstanceOf(StateException.class)
                    .hasMessageContaining("nothing is lost");
            Files.delete(site.state().resolve("master.key"));
            Files.delete(site.state().resolve("audit.key"));
            assertThatThrownBy(site::restart)
                    .isInstanceOf(StateException.class)
                    .hasMessageContaining("master.key is missing")
                    .hasMessageContaining("sekisho secret reset");

            LostKey.Done done = lost(site).reset();

            assertThat(done.keys().orElseThrow().lost())
                    .contains("secret: 1", "factor: 1", "network_settings: 1", "alert_channel: 1", "device: 1");
            assertThat(done.checkpoints()).isPresent();
            site.restart();
            assertThat(admin.call("GET", "/users", "").body()).contains("\"anna\"");
            assertThat(admin.call("GET", "/audit?action=secret.all-lost", "").body())
                    .contains("\"via\":\"LOCAL\"");
            assertThat(admin.call("GET", "/audit/verify", "").body()).contains("\"ok\":true");
            assertThat(serverKey(site)).isNotEqualTo(publicKey);
            assertThat(admin.call("GET", "/alert-channels", "").body()).contains("\"enabled\":false");
            assertTheSecretIsLostAndCanBeGivenAgain(admin);
            assertNoCanary(site.state());
        }
    }

    /// A server with something of every kind.
    private static Bearer filled(ServerSite site) throws Exception {
        Visitor visitor = site.admin();
        visitor.stepUp();
        Bearer admin = new Bearer(
                site,
                visitor.token(
                        "all",
                        "MANAGE SECRETS",
                        "REVEAL SECRET",
                        "VIEW USERS",
                        "MANAGE USERS",
                        "VIEW AUDIT",
                        "MANAGE ALERTS",
                        "VIEW NETWORK"));
        visitor.json("POST", "/users", Json.text(Map.of("name", "anna", "roles", List.of("user"))));
        visitor.json(
                "POST", "/secrets", Json.text(Map.of("name", "billing", "kind", "database", "value", CANARY + "-1")));
        visitor.json(
                "POST",
                "/alert-channels",
                Json.text(Map.of(
                        "name",
                        "ops",
                        "kind",
                        "slack",
                        "settings",
                        Map.of("url", "https://example.org/" + CANARY),
                        "events",
                        List.of("device.*"),
                        "enabled",
                        true)));
        visitor.json("POST", "/devices", Json.text(Map.of("name", "laptop", "user", "anna", "presharedKey", true)));
        return admin;
    }

    private static String serverKey(ServerSite site) {
        try (Database database = Database.open(Optional.empty(), site.state().resolve("sekisho.db"))) {
            return database.read(transaction -> Sql.of(transaction)
                    .first(row -> row.text("server_public_key"), "SELECT server_public_key FROM network_settings")
                    .orElseThrow());
        }
    }

    private static void assertTheSecretIsLostAndCanBeGivenAgain(Bearer admin) throws Exception {
        Http listed = admin.call("GET", "/secrets", "");
        assertThat(listed.body()).contains("\"lost\":true").contains("billing");
        Map<?, ?> secret = (Map<?, ?>)
                ServerSite.items(ServerSite.object(listed.body()), "items").getFirst();
        String path = "/secrets/" + secret.get("id");
        String why = Json.text(Map.of("reason", "a test"));
        Http refused = admin.call("POST", path + "/reveal", why);
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.body()).contains("was lost with the installation's key");
        Http changed =
                admin.call("PUT", path, Json.text(Map.of("name", "billing", "kind", "database", "value", "another")));
        assertThat(changed.body()).contains("\"lost\":false");
        assertThat(admin.call("POST", path + "/reveal", why).body()).contains("\"value\":\"another\"");
    }

    private static void assertNoCanary(Path state) throws IOException {
        try (var files = Files.walk(state)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1)
                                .contains(CANARY))
                        .as("a secret in %s", file.getFileName())
                        .isFalse();
            }
        }
    }

    @Test
    void aServerThatRunsIsLeftAlone() throws Exception {
        try (ServerSite site = ServerSite.start(directory)) {
            assertThatThrownBy(() -> lost(site).reset())
                    .isInstanceOf(StateException.class)
                    .hasMessageContaining("another running sekisho");
        }
    }

    @Test
    void aKeyThatOpensNothingHereIsKeptAside() throws Exception {
        try (ServerSite site = ServerSite.start(directory)) {
            site.close();
            Path key = site.state().resolve("master.key");
            String other = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
            Files.writeString(key, other);
            assertThatThrownBy(site::restart)
                    .isInstanceOf(StateException.class)
                    .hasMessageContaining("is not the one that the database was sealed with")
                    .hasMessageContaining("sekisho secret reset");
            LostKey.Done done = lost(site).reset();
            assertThat(done.keys().orElseThrow().aside())
                    .hasValueSatisfying(aside -> assertThat(aside).hasContent(other));
            site.restart();
        }
    }

    /// Also what is left by a reset of before, that was cut off after the installation's key.
    @Test
    void aLostSigningKeyAloneCostsNoSecret() throws Exception {
        try (ServerSite site = ServerSite.start(directory)) {
            Bearer admin = filled(site);
            site.close();
            Files.delete(site.state().resolve("audit.key"));
            assertThatThrownBy(site::restart)
                    .isInstanceOf(StateException.class)
                    .hasMessageContaining("audit.key is missing")
                    .hasMessageContaining("sekisho secret reset");

            LostKey.Done done = lost(site).reset();

            assertThat(done.keys()).isEmpty();
            assertThat(done.checkpoints()).isPresent();
            site.restart();
            assertThat(admin.call("GET", "/audit/verify", "").body()).contains("\"ok\":true");
            assertThat(admin.call("GET", "/secrets", "").body()).contains("billing", "\"lost\":false");
            site.close();
            assertThatThrownBy(() -> lost(site).reset()).hasMessageContaining("nothing is lost");
        }
    }

    @Test
    void aResetThatWasCutOffBetweenTheTwoKeysIsFinishedByTheNext() throws Exception {
        try (ServerSite site = ServerSite.start(directory)) {
            site.close();
            Files.delete(site.state().resolve("audit.key"));
            assertThat(lost(site).reset().checkpoints()).isPresent(); // here it was cut off
            Files.delete(site.state().resolve("master.key"));

            LostKey.Done done = lost(site).reset();

            assertThat(done.keys()).isPresent();
            assertThat(done.checkpoints()).isEmpty();
            site.restart();
        }
    }
}
