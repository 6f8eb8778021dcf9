package dev.sekisho.control.enforce;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.device.DeviceMail;
import dev.sekisho.control.device.Devices;
import dev.sekisho.control.device.LiveDevices;
import dev.sekisho.control.settings.UdpPorts;
import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.control.traffic.Rate;
import dev.sekisho.policy.DeviceId;
import io.nayuki.qrcodegen.QrCode;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.DatagramSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The network module by its API, over HTTP on loopback.
@Timeout(120)
class NetworkApiTest {
    private static final String ADMIN = "root-of-all|VIEW NETWORK,MANAGE RESOURCES,MANAGE GRANTS,MANAGE DEVICES,"
            + "MANAGE SETTINGS,APPROVE REQUESTS";
    private static final String ALICE = "alice|REQUEST,ADD OWN DEVICES";
    private static final String KEY = "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=";

    private final NetworkKit kit = new NetworkKit(TestDatabases.sqlite());

    @BeforeEach
    void serve() {
        kit.role("staff");
        kit.role("dba", "staff");
        kit.role("approvers");
        kit.user("root-of-all");
        kit.user("alice", "dba");
        kit.user("bob", "approvers");
        kit.user("carol", "approvers");
        kit.serve(List.of());
    }

    @AfterEach
    void close() throws Exception {
        kit.close();
    }

    private JsonObject resource(String name, String more) {
        NetworkKit.Reply reply = kit.post(
                ADMIN,
                "/resources",
                "{\"name\":\"%s\",\"cidr\":\"10.0.1.0/24\",\"ports\":\"443\"%s}".formatted(name, more));
        assertThat(reply.status()).as(reply.text()).isEqualTo(201);
        return reply.json();
    }

    private NetworkKit.Reply device(String name, String more) {
        return kit.post(ADMIN, "/devices", "{\"user\":\"alice\",\"name\":\"%s\"%s}".formatted(name, more));
    }

    private static String id(NetworkKit.Reply reply) {
        assertThat(reply.status()).as(reply.text()).isEqualTo(201);
        return reply.json().getAsJsonObject("device").get("id").getAsString();
    }

    // ---- resources and grants

    @Test
    @Tag("R01")
    @DisplayName("R01: a resource comes back in canonical form, with its version")
    void aResourceComesBackInCanonicalForm() {
        NetworkKit.Reply made = kit.post(
                ADMIN,
                "/resources",
                "{\"name\":\"db\",\"cidr\":\" 10.0.1.5 \",\"ports\":\"5600-5609, 22,80,443\",\"protocol\":\"tcp\"}");
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        assertThat(made.string("cidr")).isEqualTo("10.0.1.5/32");
        assertThat(made.string("ports")).isEqualTo("22,80,443,5600-5609");
        assertThat(made.etag()).contains("\"1\"");
        assertThat(kit.get(ADMIN, "/resources?q=10.0.1.5").json().get("total").getAsInt())
                .isEqualTo(1);
        assertThat(kit.audit()).contains("root-of-all resource.created db");
    }

    @ParameterizedTest
    @Tag("C22")
    @CsvSource(
            delimiter = ';',
            value = {
                "cidr; {\"name\":\"x\",\"cidr\":\"10.0.1.5/24\",\"ports\":\"1\"}",
                "cidr; {\"name\":\"x\",\"cidr\":\"010.0.0.1\",\"ports\":\"1\"}",
                "cidr; {\"name\":\"x\",\"cidr\":\"::ffff:10.0.0.1\",\"ports\":\"1\"}",
                "cidr; {\"name\":\"x\",\"cidr\":\"intranet\",\"ports\":\"1\"}",
                "ports; {\"name\":\"x\",\"cidr\":\"10.0.0.0/8\",\"ports\":\"80-70\"}",
                "ports; {\"name\":\"x\",\"cidr\":\"10.0.0.0/8\",\"ports\":\"65536\"}",
                "ports; {\"name\":\"x\",\"cidr\":\"10.0.0.0/8\",\"ports\":\"\"}",
                "protocol; {\"name\":\"x\",\"cidr\":\"10.0.0.0/8\",\"ports\":\"1\",\"protocol\":\"sctp\"}",
                "name; {\"name\":\" x\",\"cidr\":\"10.0.0.0/8\",\"ports\":\"1\"}",
                "name; {\"name\":\"x\\u202e\",\"cidr\":\"10.0.0.0/8\",\"ports\":\"1\"}",
                "requestableBy; {\"name\":\"x\",\"cidr\":\"10.0.0.0/8\",\"ports\":\"1\",\"requestableBy\":[\"nobody\"]}",
                "requestable; {\"name\":\"x\",\"cidr\":\"10.0.0.0/8\",\"ports\":\"1\",\"ticketPattern\":\"(\"}",
                "requestable; {\"name\":\"x\",\"cidr\":\"10.0.0.0/8\",\"ports\":\"1\",\"approvals\":0}"
            })
    void aBadFieldIsNamed(String field, String body) {
        NetworkKit.Reply reply = kit.post(ADMIN, "/resources", body);
        assertThat(reply.status()).as(reply.text()).isEqualTo(400);
        assertThat(reply.json()
                        .getAsJsonArray("errors")
                        .get(0)
                        .getAsJsonObject()
                        .get("field")
                        .getAsString())
                .isEqualTo(field);
        assertThat(kit.audit()).noneMatch(line -> line.contains("resource."));
    }

    @Test
    void namesAreUniqueWhateverTheirCase() {
        resource("Intranet", "");
        NetworkKit.Reply again =
                kit.post(ADMIN, "/resources", "{\"name\":\"INTRANET\",\"cidr\":\"10.0.0.0/8\",\"ports\":\"1\"}");
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.detail()).contains("INTRANET");
    }

    @Test
    @Tag("R09")
    @DisplayName("R09: a check says which ports belong to the proxy and what overlaps")
    void aCheckGivesHints() {
        resource("web", "");
        NetworkKit.Reply check =
                kit.post(ADMIN, "/resources/check", "{\"cidr\":\"10.0.0.0/16\",\"ports\":\"22,440-450,8443\"}");
        assertThat(check.string("canonical")).isEqualTo("10.0.0.0/16:22,440-450,8443");
        assertThat(check.json().getAsJsonArray("hints").toString())
                .contains("SSH")
                .contains("HTTPS");
        assertThat(check.json().getAsJsonArray("overlaps").toString()).isEqualTo("[\"web\"]");
        assertThat(kit.post(ADMIN, "/resources/check", "{\"cidr\":\"10.0.0.0/16\",\"ports\":\"8443\"}")
                        .json()
                        .getAsJsonArray("overlaps"))
                .isEmpty();
    }

    @Test
    @Tag("R09")
    @DisplayName("R09: resources that share destinations are told, and who may reach these by which")
    void overlapsAreToldWithWhoMayReachThem() {
        resource("web", "");
        kit.post(
                ADMIN, "/resources", "{\"name\":\"all\",\"cidr\":\"10.0.0.0/8\",\"ports\":\"*\",\"protocol\":\"tcp\"}");
        kit.post(ADMIN, "/resources", "{\"name\":\"one\",\"cidr\":\"10.0.1.7\",\"ports\":\"443,8443\"}");
        kit.post(
                ADMIN,
                "/resources",
                "{\"name\":\"apart\",\"cidr\":\"10.0.1.7\",\"ports\":\"22\",\"protocol\":\"udp\"}");
        kit.post(ADMIN, "/grants", "{\"resource\":\"all\",\"to\":\"role:staff\"}");
        kit.post(ADMIN, "/grants", "{\"resource\":\"one\",\"to\":\"user:alice\",\"deny\":true}");
        NetworkKit.Reply first = kit.get(ADMIN, "/resources/overlaps?limit=2");
        assertThat(first.json().get("total").getAsInt()).isEqualTo(3);
        assertThat(first.json().getAsJsonArray("items").get(0).toString())
                .startsWith("{\"outer\":\"all\",\"inner\":\"web\",\"block\":\"10.0.1.0/24\",\"ports\":\"443\","
                        + "\"protocol\":\"tcp\",\"sides\":[{")
                .contains("\"grants\":1", "\"to\":\"role:staff\",\"deny\":false");
        NetworkKit.Reply second = kit.get(ADMIN, "/resources/overlaps?limit=2&cursor=" + first.string("next"));
        assertThat(second.text())
                .contains("\"outer\":\"web\",\"inner\":\"one\"", "\"to\":\"user:alice\",\"deny\":true");
        assertThat(second.json().has("next")).isFalse();
        assertThat(kit.get(ADMIN, "/resources/overlaps?resource=ONE")
                        .json()
                        .get("total")
                        .getAsInt())
                .isEqualTo(2);
        assertThat(kit.get(ADMIN, "/resources/overlaps?resource=apart")
                        .json()
                        .get("total")
                        .getAsInt())
                .isZero();
        assertThat(kit.get(ADMIN, "/resources/overlaps?resource=none").status()).isEqualTo(400);
        assertThat(kit.get(ADMIN, "/resources/overlaps?cursor=YQ").status()).isEqualTo(400);
    }

    @Test
    @Tag("C03")
    @DisplayName("C03: a list comes in pages without gaps and repeats")
    void aListComesInPages() {
        for (String name : List.of("e", "a", "D", "c", "b")) {
            resource(name, "");
        }
        NetworkKit.Reply first = kit.get(ADMIN, "/resources?limit=2");
        NetworkKit.Reply second = kit.get(ADMIN, "/resources?limit=2&cursor=" + first.string("next"));
        NetworkKit.Reply third = kit.get(ADMIN, "/resources?limit=2&cursor=" + second.string("next"));
        assertThat(names(first) + names(second) + names(third)).isEqualTo("abcDe");
        assertThat(third.json().has("next")).isFalse();
        assertThat(third.json().get("total").getAsInt()).isEqualTo(5);
    }

    private static String names(NetworkKit.Reply reply) {
        StringBuilder names = new StringBuilder();
        reply.json()
                .getAsJsonArray("items")
                .forEach(item -> names.append(item.getAsJsonObject().get("name").getAsString()));
        return names.toString();
    }

    @Test
    void whoeverReadAnOldVersionChangesNothing() {
        String id = resource("web", "").get("id").getAsString();
        String body = "{\"name\":\"web2\",\"cidr\":\"10.0.1.0/24\",\"ports\":\"443\"}";
        Optional<String> sent = Optional.of(body);
        assertThat(kit.send(ADMIN, "PUT", "/resources/" + id, sent, Map.of("If-Match", "\"1\""))
                        .status())
                .isEqualTo(200);
        assertThat(kit.send(ADMIN, "PUT", "/resources/" + id, sent, Map.of("If-Match", "\"1\""))
                        .status())
                .isEqualTo(412);
        assertThat(kit.send(ADMIN, "DELETE", "/resources/" + id, Optional.empty(), Map.of("If-Match", "\"1\""))
                        .status())
                .isEqualTo(412);
    }

    @Test
    @Tag("R04")
    @Tag("R05")
    @DisplayName("R04, R05: a duration becomes an end, and a second factor is asked for unless said otherwise")
    void aDurationBecomesAnEnd() {
        resource("web", "");
        NetworkKit.Reply made =
                kit.post(ADMIN, "/grants", "{\"resource\":\"web\",\"to\":\"user:ALICE\",\"durationSeconds\":3600}");
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        assertThat(made.string("until")).isEqualTo("2026-01-05T11:00:00Z");
        assertThat(made.string("to")).isEqualTo("user:alice");
        assertThat(made.json().get("mfa").getAsBoolean()).isTrue();
        kit.now = kit.now.plus(Duration.ofHours(1));
        assertThat(kit.get(ADMIN, "/grants?over=false").json().get("total").getAsInt())
                .isZero();
        assertThat(kit.get(ADMIN, "/grants/" + made.string("id"))
                        .json()
                        .get("over")
                        .getAsBoolean())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{\"resource\":\"web\",\"to\":\"alice\"}; user:NAME",
                "{\"resource\":\"web\",\"to\":\"user:nobody\"}; no user",
                "{\"resource\":\"nothing\",\"to\":\"user:alice\"}; no resource",
                "{\"resource\":\"web\",\"to\":\"network:10.0.0.0/8\",\"mfa\":true}; second factor",
                "{\"resource\":\"web\",\"to\":\"user:alice\",\"weekly\":\"mon 25:00-26:00 UTC\"}; weekly",
                "{\"resource\":\"web\",\"to\":\"user:alice\",\"from\":\"2026-02-01T00:00:00Z\",\"until\":\"2026-01-01T00:00:00Z\"}; until",
                "{\"resource\":\"web\",\"to\":\"user:alice\",\"until\":\"2026-02-01T00:00:00Z\",\"durationSeconds\":60}; not both",
                "{\"resource\":\"web\",\"to\":\"user:alice\",\"durationSeconds\":-1}; durationSeconds",
                "{\"resource\":\"web\",\"to\":\"user:alice\",\"allow\":true}; no such field"
            })
    void aGrantThatMakesNoSenseIsRefused(String body, String sentence) {
        resource("web", "");
        NetworkKit.Reply reply = kit.post(ADMIN, "/grants", body);
        assertThat(reply.status()).as(reply.text()).isEqualTo(400);
        assertThat(reply.detail()).contains(sentence);
    }

    private String windows(String path) {
        NetworkKit.Reply reply = kit.get(ADMIN, path);
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return reply.json().getAsJsonArray("items").asList().stream()
                .map(item -> item.getAsJsonObject().get("from").getAsString() + "/"
                        + item.getAsJsonObject().get("until").getAsString())
                .collect(Collectors.joining(" "));
    }

    @Test
    @Tag("R04")
    @DisplayName("R04: the windows in which a grant holds are told, over a change of the clocks and around midnight")
    void theWindowsOfAGrantAreTold() {
        resource("web", "");
        String made = kit.post(
                        ADMIN,
                        "/grants",
                        "{\"resource\":\"web\",\"to\":\"user:alice\",\"weekly\":\"mon-tue 08:00-18:00 UTC\","
                                + "\"until\":\"2026-01-13T12:00:00Z\"}")
                .string("id");
        // It is a Monday, 10:00.
        assertThat(windows("/grants/" + made + "/windows"))
                .isEqualTo("2026-01-05T10:00:00Z/2026-01-05T18:00:00Z 2026-01-06T08:00:00Z/2026-01-06T18:00:00Z"
                        + " 2026-01-12T08:00:00Z/2026-01-12T18:00:00Z 2026-01-13T08:00:00Z/2026-01-13T12:00:00Z");
        assertThat(windows("/grants/windows?days=2")).isEqualTo("2026-01-05T10:00:00Z/2026-01-07T10:00:00Z");
        assertThat(windows("/grants/windows?durationSeconds=60&from=2026-01-06T00:00:00Z"))
                .isEqualTo("2026-01-06T00:00:00Z/2026-01-06T00:01:00Z");
        assertThat(windows("/grants/windows?until=2026-01-05T09:00:00Z")).isEmpty();
        // Two parts that touch are one window.
        assertThat(windows("/grants/windows?days=1&weekly=mon%2012:00-24:00,tue%2000:00-03:00%20UTC"))
                .isEqualTo("2026-01-05T12:00:00Z/2026-01-06T03:00:00Z");
        kit.now = Instant.parse("2026-03-28T00:00:00Z");
        assertThat(windows("/grants/windows?days=3&weekly=sat-sun%2008:00-09:00%20Europe/Vienna"))
                .isEqualTo("2026-03-28T07:00:00Z/2026-03-28T08:00:00Z 2026-03-29T06:00:00Z/2026-03-29T07:00:00Z");
    }

    @ParameterizedTest
    @CsvSource({
        "days=0, days",
        "days=63, days",
        "days=x, days",
        "weekly=x, weekly",
        "from=x, from",
        "durationSeconds=0, durationSeconds",
        "from=2026-02-01T00:00:00Z&until=2026-01-01T00:00:00Z, until"
    })
    void aWindowThatMakesNoSenseIsRefused(String query, String field) {
        NetworkKit.Reply reply = kit.get(ADMIN, "/grants/windows?" + query);
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().getAsJsonArray("errors").toString()).contains("\"field\":\"" + field + "\"");
        assertThat(kit.get(ADMIN, "/grants/nobodys/windows").status()).isEqualTo(404);
    }

    @Test
    @Tag("R03")
    @Tag("R07")
    @DisplayName("R03, R07: what somebody may reach is told with the grants by which, page by page")
    void whatSomebodyMayReachIsTold() {
        for (String name : List.of("b", "A", "c", "d")) {
            resource(name, name.equals("d") ? ",\"requestableBy\":[\"dba\"]" : "");
        }
        kit.post(ADMIN, "/grants", "{\"resource\":\"a\",\"to\":\"role:staff\",\"mfa\":false}");
        kit.post(ADMIN, "/grants", "{\"resource\":\"b\",\"to\":\"role:staff\"}");
        kit.post(ADMIN, "/grants", "{\"resource\":\"b\",\"to\":\"user:alice\",\"deny\":true}");
        kit.post(ADMIN, "/grants", "{\"resource\":\"c\",\"to\":\"user:alice\",\"from\":\"2026-01-06T00:00:00Z\"}");
        kit.post(ADMIN, "/grants", "{\"resource\":\"c\",\"to\":\"user:bob\"}");
        NetworkKit.Reply first = kit.get(ADMIN, "/users/alice/resources?limit=3");
        NetworkKit.Reply second = kit.get(ADMIN, "/users/id-alice/resources?limit=3&cursor=" + first.string("next"));
        assertThat(names(first) + names(second)).isEqualTo("Abcd");
        assertThat(first.json().get("total").getAsInt()).isEqualTo(4);
        assertThat(first.json().getAsJsonArray("items").asList().stream()
                        .map(item -> item.getAsJsonObject().get("access").getAsString()))
                .containsExactly("granted", "forbidden", "later");
        assertThat(first.text())
                .contains("\"to\":\"role:staff\",\"deny\":false", "\"to\":\"user:alice\",\"deny\":true")
                .doesNotContain("bob");
        assertThat(names(kit.get(ADMIN, "/users/alice/resources?access=requestable")))
                .isEqualTo("d");
        assertThat(names(kit.get(ADMIN, "/users/alice/resources?q=B"))).isEqualTo("b");
        assertThat(kit.get(ADMIN, "/users/alice/resources?access=all").status()).isEqualTo(400);
        assertThat(kit.get(ADMIN, "/users/nobody/resources").status()).isEqualTo(404);
        assertThat(kit.get(ALICE, "/users/alice/resources").status()).isEqualTo(403);
        assertThat(kit.get(ADMIN, "/resources/B/users").json().get("total").getAsInt())
                .as("by name, too")
                .isEqualTo(2);
        assertThat(kit.get(ADMIN, "/resources/none/users").status()).isEqualTo(404);
    }

    @Test
    void grantsGoWithTheirResource() {
        String id = resource("web", "").get("id").getAsString();
        kit.post(ADMIN, "/grants", "{\"resource\":\"web\",\"to\":\"role:staff\"}");
        assertThat(kit.get(ADMIN, "/resources/" + id + "/users")
                        .json()
                        .get("total")
                        .getAsInt())
                .isEqualTo(1);
        assertThat(kit.send(ADMIN, "DELETE", "/resources/" + id, Optional.empty(), Map.of())
                        .status())
                .isEqualTo(204);
        assertThat(kit.get(ADMIN, "/grants").json().get("total").getAsInt()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "GET,/resources",
        "POST,/resources",
        "GET,/grants",
        "POST,/grants",
        "GET,/devices",
        "POST,/devices",
        "GET,/network/settings",
        "PUT,/network/settings",
        "POST,/devices/x/lock",
        "POST,/requests/x/approve"
    })
    void aUserWithoutPermissionsMayNotManage(String method, String path) {
        assertThat(kit.send(ALICE, method, path, Optional.of("{}"), Map.of()).status())
                .isEqualTo(403);
    }

    // ---- devices

    @Test
    @Tag("P01")
    @Tag("N03")
    @DisplayName("P01, N03, N06, N07: the server makes the key, and the config says all that a client needs")
    void theConfigSaysAllThatAClientNeeds() {
        settings("\"publicAddress\":\"vpn.example.com\",\"dns\":\"10.0.0.53\",\"mtu\":1380,"
                + "\"exposedSubnets\":[\"10.0.0.0/16\"],\"addresses\":[\"10.66.0.1/24\",\"fd66::1/64\"]");
        NetworkKit.Reply made = device("laptop", ",\"presharedKey\":true");
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        assertThat(made.string("config")).matches("""
                        (?s)\\[Interface]
                        PrivateKey = [A-Za-z0-9+/]{43}=
                        Address = 10.66.0.2/32, fd66::2/128
                        DNS = 10.0.0.53
                        MTU = 1380

                        \\[Peer]
                        PublicKey = [A-Za-z0-9+/]{43}=
                        PresharedKey = [A-Za-z0-9+/]{43}=
                        AllowedIPs = 10.0.0.0/16, 10.66.0.0/24, fd66::/64
                        Endpoint = vpn.example.com:51871
                        """);
        assertThat(made.string("qrSvg")).startsWith("<svg ");
        assertThat(kit.get(ADMIN, "/devices/" + id(made)).text()).doesNotContain("PrivateKey");
    }

    @Test
    @Tag("P01")
    @DisplayName("P01: the next free address, and a wanted one only when it can be had")
    void theNextFreeAddress() {
        id(device("one", ",\"addresses\":[\"10.66.0.2\"]"));
        NetworkKit.Reply two = device("two", "");
        assertThat(two.json()
                        .getAsJsonObject("device")
                        .getAsJsonArray("addresses")
                        .toString())
                .isEqualTo("[\"10.66.0.3\"]");
        for (String bad : List.of("10.66.0.1", "10.66.0.2", "10.66.0.0", "10.66.0.255", "10.67.0.2", "10.66.0.0/24")) {
            NetworkKit.Reply refused = device("bad", ",\"addresses\":[\"" + bad + "\"]");
            assertThat(refused.status()).as(bad).isEqualTo(400);
        }
    }

    private String devices(String query) {
        StringBuilder names = new StringBuilder();
        String cursor = "";
        do {
            NetworkKit.Reply page = kit.get(ADMIN, "/devices?limit=2&sort=" + query + cursor);
            assertThat(page.status()).as(page.text()).isEqualTo(200);
            assertThat(page.json().get("total").getAsInt()).isEqualTo(5);
            names.append(names(page));
            cursor = page.json().has("next") ? "&cursor=" + page.string("next") : "";
        } while (!cursor.isEmpty() && names.length() <= 5);
        return names.toString();
    }

    @Test
    @Tag("P05")
    @DisplayName("P05: devices come in any order, also by when they were last heard of, page by page")
    void devicesComeInAnyOrderPageByPage() {
        for (String name : List.of("c", "a", "e", "b", "d")) {
            kit.now = kit.now.plusSeconds(1);
            id(kit.post(
                    ADMIN,
                    "/devices",
                    "{\"user\":\"%s\",\"name\":\"%s\"}".formatted(name.equals("d") ? "bob" : "alice", name)));
        }
        Map<DeviceId, LiveDevices.Live> live = Map.of(
                new DeviceId("alice/e"),
                new LiveDevices.Live(Optional.of(kit.now), Optional.empty(), 1, 1, Rate.NONE, 0),
                new DeviceId("alice/b"),
                new LiveDevices.Live(Optional.of(kit.now.minusSeconds(9)), Optional.empty(), 500, 1, Rate.NONE, 0));
        kit.live = new LiveDevices() {
            @Override
            public Map<DeviceId, Live> live() {
                return live;
            }

            @Override
            public boolean disconnect(DeviceId device) {
                return false;
            }
        };
        assertThat(devices("name")).isEqualTo("abcde");
        assertThat(devices("-name")).isEqualTo("edcba");
        assertThat(devices("created")).isEqualTo("caebd");
        assertThat(devices("-user")).startsWith("d").hasSize(5);
        assertThat(devices("-seen")).startsWith("eb").hasSize(5);
        assertThat(devices("traffic")).endsWith("eb").hasSize(5);
        assertThat(kit.get(ADMIN, "/devices?sort=colour").status()).isEqualTo(400);
        assertThat(kit.get(ADMIN, "/devices?sort=seen&cursor=YQ").status()).isEqualTo(400);
        assertThat(kit.get(ADMIN, "/resources?sort=-colour").status()).isEqualTo(400);
    }

    @Test
    void aKeyOfItsOwnGetsNoConfigAndIsUnique() {
        NetworkKit.Reply own = device("own", ",\"publicKey\":\"" + KEY + "\"");
        assertThat(own.json().has("config")).isFalse();
        assertThat(device("again", ",\"publicKey\":\"" + KEY + "\"").status()).isEqualTo(409);
        assertThat(device("zero", ",\"publicKey\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"")
                        .status())
                .isEqualTo(400);
        assertThat(device("OWN", "").status()).isEqualTo(409);
        assertThat(device("a/b", "").status()).isEqualTo(400);
    }

    @Test
    @Tag("P04")
    @Tag("P07")
    @DisplayName("P04, P07: users add devices up to the limit, and wait for an approval when the settings say so")
    void usersAddDevicesUpToTheLimit() {
        settings("\"maxOwnDevices\":1,\"pendingDevices\":true");
        NetworkKit.Reply mine = kit.post(ALICE, "/me/devices", "{\"name\":\"phone\"}");
        String id = id(mine);
        assertThat(mine.json().getAsJsonObject("device").get("state").getAsString())
                .isEqualTo("pending");
        NetworkKit.Reply more = kit.post(ALICE, "/me/devices", "{\"name\":\"tablet\"}");
        assertThat(more.status()).isEqualTo(403);
        assertThat(more.detail()).contains("1 devices");
        assertThat(kit.post(ADMIN, "/devices/" + id + "/enable", "{}").status()).isEqualTo(409);
        assertThat(kit.post(ADMIN, "/devices/" + id + "/approve", "{}").string("state"))
                .isEqualTo("active");
        assertThat(kit.get("bob", "/devices/" + id).status()).isEqualTo(404);
        assertThat(kit.send("bob", "DELETE", "/devices/" + id, Optional.empty(), Map.of())
                        .status())
                .isEqualTo(404);
        assertThat(kit.send(ALICE, "DELETE", "/devices/" + id, Optional.empty(), Map.of())
                        .status())
                .isEqualTo(204);
    }

    @Test
    @Tag("P05")
    @Tag("I02")
    @DisplayName("P05, I02: locked, unlocked, disabled, expired, renamed")
    void theLifeOfADevice() {
        String id = id(device("laptop", ""));
        NetworkKit.Reply locked = kit.post(ADMIN, "/devices/" + id + "/lock", "{\"reason\":\"lost\"}");
        assertThat(locked.string("state")).isEqualTo("locked");
        assertThat(locked.json().getAsJsonObject("lock").get("comment").getAsString())
                .isEqualTo("lost");
        assertThat(kit.get(ADMIN, "/devices?state=locked").json().get("total").getAsInt())
                .isEqualTo(1);
        for (String none : List.of("{}", "{\"comment\":\" \"}")) {
            NetworkKit.Reply silent = kit.post(ADMIN, "/devices/" + id + "/unlock", none);
            assertThat(silent.status()).isEqualTo(400);
            assertThat(silent.detail()).contains("say why it may connect again");
        }
        assertThat(kit.post(ADMIN, "/devices/" + id + "/unlock", "{\"comment\":\"found\"}")
                        .string("state"))
                .isEqualTo("active");
        JsonObject past = kit.get(ALICE, "/devices/" + id + "/locks")
                .json()
                .getAsJsonArray("items")
                .get(0)
                .getAsJsonObject();
        assertThat(past.get("comment").getAsString()).isEqualTo("found");
        assertThat(past.get("unlockedBy").getAsString()).isEqualTo("root-of-all");
        assertThat(past.getAsJsonObject("lock").get("comment").getAsString()).isEqualTo("lost");
        assertThat(kit.get("bob", "/devices/" + id + "/locks").status()).isEqualTo(404);
        assertThat(kit.post(ADMIN, "/devices/" + id + "/disable", "{}").string("state"))
                .isEqualTo("disabled");
        kit.post(ADMIN, "/devices/" + id + "/enable", "{}");
        NetworkKit.Reply edited = kit.send(
                ADMIN,
                "PATCH",
                "/devices/" + id,
                Optional.of("{\"name\":\"Laptop 2\",\"expiresAt\":\"2026-01-05T11:00:00Z\"}"),
                Map.of());
        assertThat(edited.string("device")).isEqualTo("alice/Laptop 2");
        kit.now = kit.now.plus(Duration.ofHours(1));
        assertThat(kit.get(ADMIN, "/devices/" + id).string("state")).isEqualTo("expired");
        assertThat(kit.get(ADMIN, "/devices?state=expired&q=laptop")
                        .json()
                        .get("total")
                        .getAsInt())
                .isEqualTo(1);
        assertThat(kit.audit())
                .contains("root-of-all device.locked alice/laptop", "root-of-all device.unlocked alice/laptop");
    }

    @Test
    void aNewKeyReplacesTheOld() {
        NetworkKit.Reply made = device("laptop", ",\"presharedKey\":true");
        String before = made.json().getAsJsonObject("device").get("publicKey").getAsString();
        NetworkKit.Reply reset = kit.post(ADMIN, "/devices/" + id(made) + "/reset-key", "{}");
        assertThat(reset.status()).as(reset.text()).isEqualTo(200);
        assertThat(reset.json().getAsJsonObject("device").get("publicKey").getAsString())
                .isNotEqualTo(before);
        assertThat(reset.string("config")).contains("PresharedKey");
    }

    @Test
    @Tag("P02")
    @DisplayName("P02, N12: the configuration is mailed with the instructions")
    void theConfigurationIsMailed() {
        NetworkKit.Reply made = device("my laptop!", ",\"sendMail\":true");
        assertThat(made.json().get("mailed").getAsBoolean()).isTrue();
        assertThat(kit.mails).singleElement().satisfies(mail -> {
            assertThat(mail.subject()).contains("my laptop!");
            assertThat(mail.body()).contains("Network Configuration Operators").doesNotContain("{{");
            DeviceMail.Handover.Attached attached = (DeviceMail.Handover.Attached) mail.handover();
            assertThat(attached.fileName()).isEqualTo("my-laptop-.conf");
            assertThat(attached.config()).isEqualTo(made.string("config"));
            assertThat(modules(attached.qrPng()))
                    .isEqualTo(modules(QrCode.encodeText(attached.config(), QrCode.Ecc.LOW)));
        });
    }

    /// What a reader of the picture sees: a line for each row of modules.
    private static String modules(String png) {
        try {
            BufferedImage image =
                    ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(png)));
            int size = image.getWidth() / 4 - 8;
            assertThat(image.getHeight()).isEqualTo(image.getWidth());
            assertThat(image.getRGB(0, 0)).isEqualTo(0xffffffff);
            return rows(size, (x, y) -> image.getRGB(4 * (x + 4) + 2, 4 * (y + 4) + 2) == 0xff000000);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String modules(QrCode code) {
        return rows(code.size, code::getModule);
    }

    private interface Module {
        boolean isDark(int x, int y);
    }

    private static String rows(int size, Module module) {
        StringBuilder rows = new StringBuilder();
        for (int y = 0; y < size; y++) {
            for (int x = 0; x < size; x++) {
                rows.append(module.isDark(x, y) ? '#' : '.');
            }
            rows.append('\n');
        }
        return rows.toString();
    }

    @Test
    @Tag("P03")
    @DisplayName("P03: the first login of whoever has the role makes a device, the second makes none")
    void theFirstLoginMakesADevice() {
        kit.role("newcomers", "default_wireguard_user");
        kit.user("dave", "newcomers");
        Optional<Devices.Made> made = kit.devices.enroll(Actor.SYSTEM, "id-dave");
        assertThat(made).hasValueSatisfying(found -> assertThat(found.config()).isPresent());
        assertThat(kit.devices.enroll(Actor.SYSTEM, "id-dave")).isEmpty();
        assertThat(kit.devices.enroll(Actor.SYSTEM, "id-alice")).isEmpty();
    }

    // ---- settings

    @Test
    @Tag("N11")
    @DisplayName("N11: a port that something else listens on is refused, the present one never is")
    void aBusyPortIsRefused() {
        kit.busyPorts.add(4500);
        kit.busyPorts.add(51871);
        NetworkKit.Reply refused = settings("\"listenPort\": 4500");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.text()).contains("listenPort").contains("port 4500 is in use on this host");
        assertThat(settings("\"listenPort\": 51871, \"mtu\": 1400").status()).isEqualTo(200);
        assertThat(settings("\"listenPort\": 4501").status()).isEqualTo(200);
        assertThat(settings("\"enabled\": false, \"listenPort\": 4500").status())
                .isEqualTo(200);
    }

    @Test
    @Tag("N11")
    @DisplayName("N11: a port of this host is tried out and let go again")
    void aPortOfThisHostIsTriedOut() throws IOException {
        int port;
        try (DatagramSocket taken = new DatagramSocket()) {
            port = taken.getLocalPort();
            assertThat(UdpPorts.ofThisHost().isFree(port)).isFalse();
        }
        assertThat(UdpPorts.ofThisHost().isFree(port)).isTrue();
        assertThat(UdpPorts.ofThisHost().isFree(port)).isTrue();
    }

    private NetworkKit.Reply settings(String some) {
        JsonObject body = kit.get(ADMIN, "/network/settings").json();
        body.remove("version");
        body.remove("endpoint");
        JsonParser.parseString("{" + some + "}").getAsJsonObject().asMap().forEach(body::add);
        return kit.send(ADMIN, "PUT", "/network/settings", Optional.of(body.toString()), Map.of());
    }

    @Test
    @Tag("N02")
    @Tag("N07")
    @DisplayName("N02, N05, N07: the defaults")
    void theDefaults() {
        JsonObject shown = kit.get(ADMIN, "/network/settings").json();
        assertThat(shown.get("listenPort").getAsInt()).isEqualTo(51_871);
        assertThat(shown.get("mtu").getAsInt()).isEqualTo(1_420);
        assertThat(shown.getAsJsonArray("addresses").toString()).isEqualTo("[\"10.66.0.1/24\"]");
        assertThat(shown.getAsJsonArray("enrollmentRoles").toString()).isEqualTo("[\"default_wireguard_user\"]");
        assertThat(shown.get("interface").getAsString()).isEqualTo("sekisho0");
    }

    @ParameterizedTest
    @Tag("N11")
    @DisplayName("N11: settings that would lock somebody out are refused")
    @CsvSource(
            delimiter = ';',
            value = {
                "\"listenPort\":0; listenPort",
                "\"listenPort\":70000; listenPort",
                "\"mtu\":1279; mtu",
                "\"addresses\":[]; addresses",
                "\"addresses\":[\"10.66.0.0/24\"]; addresses",
                "\"addresses\":[\"10.66.0.1/32\"]; addresses",
                "\"addresses\":[\"10.66.0.1/24\",\"10.66.0.9/16\"]; addresses",
                "\"addresses\":[\"10.77.0.1/24\"]; addresses",
                "\"addresses\":[\"10.66.0.2/24\"]; addresses",
                "\"exposedSubnets\":[\"10.0.0.0/8\"]; exposedSubnets",
                "\"exposedSubnets\":[\"10.0.0.0/16\",\"10.0.0.0/16\"]; exposedSubnets",
                "\"exposedSubnets\":[\"10.0.1.5/16\"]; exposedSubnets",
                "\"exposedSubnets\":[\"192.0.2.0/24\"],\"publicAddress\":\"192.0.2.7\"; exposedSubnets",
                "\"exposedSubnets\":[\"192.0.2.0/24\"],\"networkInterfaces\":[\"eth0\",\"eth1\"]; exposedSubnets",
                "\"interface\":\"fifteen-letters\"; interface",
                "\"interface\":\"a b\"; interface",
                "\"publicAddress\":\"a b\"; publicAddress",
                "\"dns\":\"10.0.0.0/8\"; dns",
                "\"enrollmentRoles\":[\"nobody\"]; enrollmentRoles",
                "\"mfa\":{\"inactivitySeconds\":0,\"timeoutSeconds\":180}; mfa.inactivitySeconds"
            })
    void settingsThatLockOutAreRefused(String some, String field) {
        id(device("laptop", ""));
        NetworkKit.Reply reply = settings(some);
        assertThat(reply.status()).as(reply.text()).isEqualTo(400);
        assertThat(reply.json().getAsJsonArray("errors").toString()).contains("\"" + field + "\"");
    }

    @Test
    @Tag("N10")
    @DisplayName("N10: the UP and the DOWN script follow the settings")
    void theScriptFollowsTheSettings() {
        settings("\"exposedSubnets\":[\"10.0.0.0/16\"],\"networkInterfaces\":[\"eth1\"]");
        assertThat(kit.get(ADMIN, "/network/script?direction=up&tool=nftables").text())
                .contains("10.0.0.0/16")
                .contains("eth1")
                .contains("sekisho0");
        assertThat(kit.get(ADMIN, "/network/script?direction=down&tool=iptables")
                        .status())
                .isEqualTo(200);
        assertThat(kit.get(ADMIN, "/network/script?direction=sideways").status())
                .isEqualTo(400);
    }

    @Test
    @Tag("N12")
    @DisplayName("N12: a template with an unknown variable is refused, a value is never a variable again")
    void theTemplateIsChecked() {
        String path = "/network/mail-template";
        assertThat(kit.send(ADMIN, "PUT", path, Optional.of("{\"subject\":\"s\",\"body\":\"{{password}}\"}"), Map.of())
                        .status())
                .isEqualTo(400);
        assertThat(kit.post(ADMIN, path + "/preview", "{\"subject\":\"{{device}}\",\"body\":\"{{user}}\"}")
                        .string("subject"))
                .isEqualTo("laptop");
    }
}
