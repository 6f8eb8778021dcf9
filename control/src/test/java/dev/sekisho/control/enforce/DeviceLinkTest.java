package dev.sekisho.control.enforce;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.sekisho.control.device.DeviceMail;
import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.TestDatabases;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Links that hand a configuration out once, from the wish to the end.
@Tag("P02")
@DisplayName("P02: one-time links")
@Timeout(120)
class DeviceLinkTest {
    private static final String ADMIN = "admin|VIEW NETWORK,MANAGE DEVICES,MANAGE SETTINGS";
    private static final String ALICE = "alice|ADD OWN DEVICES";
    private static final String NOBODY = "nobody";

    private final NetworkKit kit = new NetworkKit(TestDatabases.sqlite());
    private String device = "";

    @BeforeEach
    void serve() {
        kit.user("admin");
        kit.user("alice");
        kit.user("bob");
        kit.serve(List.of());
        device = kit.post(ALICE, "/me/devices", "{\"name\":\"phone\"}")
                .json()
                .getAsJsonObject("device")
                .get("id")
                .getAsString();
    }

    @AfterEach
    void close() throws Exception {
        kit.close();
    }

    /// A link in the hands of whoever got it.
    private record Handed(String id, String secret) {
        String body() {
            return "{\"secret\":\"" + secret + "\"}";
        }
    }

    private Handed link(String as, String body) {
        NetworkKit.Reply made = kit.post(as, "/devices/" + device + "/link", body);
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        String url = made.string("url");
        assertThat(url).matches("https://gate.example/get/[0-9a-z]{26}#[A-Za-z0-9_-]{43}");
        return new Handed(url.replaceAll(".*/get/|#.*", ""), url.replaceAll(".*#", ""));
    }

    private NetworkKit.Reply use(Handed link, String verb) {
        return kit.post(NOBODY, "/device-links/" + link.id() + "/" + verb, link.body());
    }

    private JsonObject newest() {
        return kit.get(ALICE, "/devices/" + device + "/links")
                .json()
                .getAsJsonArray("items")
                .get(0)
                .getAsJsonObject();
    }

    private List<String> columns(String select) {
        return kit.work.read(transaction -> Sql.of(transaction)
                .list(
                        row -> Optional.ofNullable(row.optionalBytes("c"))
                                .map(bytes -> new String(bytes, StandardCharsets.ISO_8859_1))
                                .orElse("none"),
                        "SELECT " + select + " AS c FROM device_link ORDER BY id"));
    }

    @Test
    void aLinkWorksOnceWhoeverOpensIt() {
        Handed link = link(ALICE, "{}");
        assertThat(newest().get("state").getAsString()).isEqualTo("open");
        assertThat(newest().get("expiresAt").getAsString()).isEqualTo("2026-01-06T10:00:00Z");
        NetworkKit.Reply seen = use(link, "look");
        assertThat(seen.string("device")).isEqualTo("phone");
        assertThat(seen.text()).doesNotContain("PrivateKey");
        NetworkKit.Reply fetched = use(link, "fetch");
        assertThat(fetched.status()).as(fetched.text()).isEqualTo(200);
        assertThat(fetched.string("config")).startsWith("[Interface]\nPrivateKey = ");
        assertThat(fetched.string("fileName")).isEqualTo("phone.conf");
        assertThat(fetched.string("qrSvg")).startsWith("<svg");
        for (String verb : List.of("look", "fetch")) {
            NetworkKit.Reply again = use(link, verb);
            assertThat(again.status()).as(verb).isEqualTo(404);
            assertThat(again.detail()).contains("it was used, has expired or was taken back");
        }
        assertThat(newest().get("state").getAsString()).isEqualTo("fetched");
        assertThat(newest().get("fetchedFrom").getAsString()).isNotEmpty();
        assertThat(kit.audit()).contains("alice device.link-made alice/phone", "link device.link-fetched alice/phone");
    }

    @Test
    void theKeyInItIsTheOneThatTheDeviceHasFromThenOn() {
        String before = kit.get(ALICE, "/devices/" + device).string("publicKey");
        use(link(ALICE, "{}"), "fetch");
        assertThat(kit.get(ALICE, "/devices/" + device).string("publicKey")).isNotEqualTo(before);
    }

    @Test
    void withoutItsSecretItIsNotThere() {
        Handed link = link(ALICE, "{}");
        for (String wrong :
                List.of("", "x", link.secret().toLowerCase(Locale.ROOT), link.secret() + "x", "A".repeat(43))) {
            for (String verb : List.of("look", "fetch")) {
                NetworkKit.Reply refused = use(new Handed(link.id(), wrong), verb);
                assertThat(refused.status()).as(verb + " '" + wrong + "'").isEqualTo(404);
                assertThat(refused.text().replace(link.id(), "ID"))
                        .isEqualTo(use(new Handed("01zzzzzzzzzzzzzzzzzzzzzzzz", wrong), verb)
                                .text()
                                .replace("01zzzzzzzzzzzzzzzzzzzzzzzz", "ID"));
            }
        }
        assertThat(use(new Handed(link.id(), "A".repeat(101)), "fetch").status())
                .isEqualTo(400);
        assertThat(use(link, "fetch").status()).isEqualTo(200);
    }

    @Test
    void theDatabaseHasNeitherTheSecretNorTheOpenConfigurationAndNothingOnceItIsFetched() {
        Handed link = link(ALICE, "{}");
        assertThat(columns("config")).singleElement().asString().startsWith("c").doesNotContain("PrivateKey");
        assertThat(columns("secret_hash")).singleElement().asString().hasSize(32);
        String key = use(link, "fetch").string("config").replaceAll("(?s).*PrivateKey = |\n.*", "");
        assertThat(columns("config")).containsExactly("none");
        assertThat(kit.work.<List<String>>read(transaction ->
                        Sql.of(transaction).list(row -> row.text("details"), "SELECT details FROM audit_record")))
                .noneMatch(details -> details.contains(key) || details.contains(link.secret()));
    }

    @Test
    void itExpiresAndIsWiped() {
        Handed link = link(ALICE, "{\"lifeSeconds\":300}");
        kit.now = kit.now.plusSeconds(299);
        kit.links.sweep();
        assertThat(use(link, "look").status()).isEqualTo(200);
        kit.now = kit.now.plusSeconds(1);
        assertThat(use(link, "fetch").status()).isEqualTo(404);
        assertThat(newest().get("state").getAsString()).isEqualTo("expired");
        kit.links.sweep();
        assertThat(columns("config")).containsExactly("none");
        assertThat(kit.audit()).contains("system device.link-expired alice/phone");
        kit.links.sweep();
        assertThat(kit.audit()).containsOnlyOnce("system device.link-expired alice/phone");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, 299, 604_801, Long.MAX_VALUE})
    void aLifeThatIsTooShortOrTooLongIsRefused(long seconds) {
        NetworkKit.Reply refused =
                kit.post(ALICE, "/devices/" + device + "/link", "{\"lifeSeconds\":%d}".formatted(seconds));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.detail()).contains("300 to 604800");
    }

    @Test
    void anotherKeyEndsIt() {
        Handed first = link(ALICE, "{\"lifeSeconds\":604800}");
        Handed second = link(ADMIN, "{}");
        assertThat(use(first, "fetch").status()).isEqualTo(404);
        assertThat(use(second, "look").status()).isEqualTo(200);
        assertThat(kit.post(ALICE, "/devices/" + device + "/reset-key", "{}").status())
                .isEqualTo(200);
        assertThat(use(second, "fetch").status()).isEqualTo(404);
        assertThat(columns("config")).containsExactly("none", "none");
        assertThat(kit.audit())
                .contains("admin device.link-revoked alice/phone", "alice device.link-revoked alice/phone");
    }

    @Test
    void itIsTakenBackByWhoeverMayAndNobodyElse() {
        Handed link = link(ALICE, "{}");
        String path = "/device-links/" + link.id();
        assertThat(delete("bob|ADD OWN DEVICES,VIEW NETWORK", path).status()).isEqualTo(404);
        assertThat(delete(ALICE, path).status()).isEqualTo(204);
        assertThat(use(link, "fetch").status()).isEqualTo(404);
        assertThat(delete(ADMIN, path).status()).isEqualTo(409);
        assertThat(delete(ADMIN, "/device-links/none").status()).isEqualTo(404);
    }

    private NetworkKit.Reply delete(String as, String path) {
        return kit.send(as, "DELETE", path, Optional.empty(), Map.of());
    }

    @Test
    void ofManyWhoComeAtOnceOneGetsIt() throws Exception {
        Handed link = link(ALICE, "{}");
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> answers = IntStream.range(0, 8)
                    .mapToObj(_ -> threads.submit(() -> use(link, "fetch").status()))
                    .toList();
            int got = 0;
            for (Future<Integer> answer : answers) {
                got += answer.get() == 200 ? 1 : 0;
            }
            assertThat(got).isEqualTo(1);
        }
    }

    @Test
    void onlyOwnDevicesGetNewKeysWithoutThePermissionForAll() {
        for (String verb : List.of("link", "reset-key")) {
            String path = "/devices/" + device + "/" + verb;
            assertThat(kit.post("bob|ADD OWN DEVICES,VIEW NETWORK", path, "{}").status())
                    .as(verb)
                    .isEqualTo(404);
            assertThat(kit.post("alice", path, "{}").status()).as(verb).isEqualTo(403);
        }
        assertThat(kit.get("bob|ADD OWN DEVICES", "/devices/" + device + "/links")
                        .status())
                .isEqualTo(404);
    }

    @Test
    @Tag("P07")
    void aKeyThatItsUserMadeWaitsForAnApprovalWhereNewDevicesDo() {
        JsonObject settings = kit.get(ADMIN, "/network/settings").json();
        settings.remove("version");
        settings.remove("endpoint");
        settings.addProperty("pendingDevices", true);
        NetworkKit.Reply kept = kit.send(ADMIN, "PUT", "/network/settings", Optional.of(settings.toString()), Map.of());
        assertThat(kept.status()).as(kept.text()).isEqualTo(200);
        link(ADMIN, "{}");
        assertThat(kit.get(ALICE, "/devices/" + device).string("state")).isEqualTo("active");
        link(ALICE, "{}");
        assertThat(kit.get(ALICE, "/devices/" + device).string("state")).isEqualTo("pending");
        kit.post(ADMIN, "/devices/" + device + "/approve", "{}");
        kit.post(ADMIN, "/devices/" + device + "/disable", "{}");
        link(ALICE, "{}");
        assertThat(kit.get(ALICE, "/devices/" + device).string("state"))
                .as("enabling it is no approval of the new key")
                .isEqualTo("pending");
    }

    /// Else the device came up with an address that may be another's by now.
    @Test
    void whatIsFetchedIsTheConfigurationAsItIsThen() {
        Handed link = link(ADMIN, "{}");
        NetworkKit.Reply moved = kit.send(
                ADMIN, "PATCH", "/devices/" + device, Optional.of("{\"addresses\":[\"10.66.0.77\"]}"), Map.of());
        assertThat(moved.status()).as(moved.text()).isEqualTo(200);
        String config = use(link, "fetch").string("config");
        assertThat(config).contains("Address = 10.66.0.77/32").startsWith("[Interface]\nPrivateKey = ");
    }

    @Test
    void theMailHasTheLinkAndNotTheConfiguration() {
        Handed link = link(ADMIN, "{\"sendMail\":true}");
        assertThat(kit.mails).singleElement().satisfies(mail -> {
            assertThat(mail.handover())
                    .isEqualTo(new DeviceMail.Handover.Linked(
                            "https://gate.example/get/" + link.id() + "#" + link.secret()));
            assertThat(mail.body())
                    .contains("It works once, until 2026-01-06 10:00 UTC.", "LimitedOperatorUI")
                    .doesNotContain("attached", "{{", link.secret());
            assertThat(mail.toString()).doesNotContain(link.secret());
        });
    }

    @Test
    void aMailOfAnAdministratorsOwnWordsSaysHowItComesToo() {
        kit.sql("UPDATE network_settings SET mail_body = ?", "Hello {{name}}");
        link(ADMIN, "{\"sendMail\":true}");
        assertThat(kit.mails.getFirst().body())
                .isEqualTo("Hello alice\nOpen the link in this mail. It works once, until 2026-01-06 10:00 UTC.\n");
    }

    @Test
    void aDeviceThatGoesTakesItsLinksWithIt() {
        Handed link = link(ALICE, "{}");
        assertThat(delete(ALICE, "/devices/" + device).status()).isEqualTo(204);
        assertThat(use(link, "fetch").status()).isEqualTo(404);
        kit.now = kit.now.plus(Duration.ofDays(2));
        kit.links.sweep();
    }

    @Test
    void ofManyLinksTheNewestAreListed() {
        for (int i = 0; i < 52; i++) {
            kit.now = kit.now.plusMillis(1);
            link(ALICE, "{}");
        }
        List<String> states =
                kit.get(ALICE, "/devices/" + device + "/links").json().getAsJsonArray("items").asList().stream()
                        .map(JsonElement::getAsJsonObject)
                        .map(one -> one.get("state").getAsString())
                        .toList();
        assertThat(states).hasSize(50).containsOnlyOnce("open").startsWith("open");
    }
}
