package dev.sekisho.control.explain;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.sekisho.control.enforce.ChallengeSink;
import dev.sekisho.control.enforce.CheckpointHost;
import dev.sekisho.control.enforce.JdbcPolicyVersion;
import dev.sekisho.control.enforce.NetworkKit;
import dev.sekisho.control.enforce.News;
import dev.sekisho.control.run.CheckpointOpener;
import dev.sekisho.control.simulate.PolicyMaterial;
import dev.sekisho.control.socket.ControlSockets;
import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.policy.Permission;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The whole chain of reasons, at any moment, with and without a network that runs.
@Tag("R08")
@Timeout(60)
class WhyApiTest {
    private static final String ROOT = "root|VIEW NETWORK,MANAGE RESOURCES,MANAGE GRANTS,MANAGE DEVICES";

    private static final class Silence implements News {
        @Override
        public void toHolders(String topic, Permission permission, Object payload) {}

        @Override
        public void toUser(String topic, String userId, Object payload) {}
    }

    private final NetworkKit kit = new NetworkKit(TestDatabases.sqlite());
    private final List<AutoCloseable> open = new ArrayList<>();

    @TempDir
    private Path directory;

    @BeforeEach
    void serve() throws IOException {
        CheckpointHost host = CheckpointHost.open(
                new CheckpointHost.Place(directory, new ControlSockets(directory.resolve("run")), 1),
                new CheckpointHost.Ports(
                        CheckpointOpener.withoutTunnel(),
                        kit.states,
                        ChallengeSink.NONE,
                        new Silence(),
                        Optional.empty()),
                kit.clock);
        open.add(host);
        kit.role("staff");
        kit.role("dev", "staff");
        kit.user("ann", "dev");
        kit.serve(new WhyApi(
                        host,
                        kit.states,
                        kit.work,
                        new PolicyMaterial.Sources(kit.people, kit.resources, kit.grants),
                        new JdbcPolicyVersion(),
                        kit.clock)
                .routes());
        made("/resources", "{\"name\":\"web\",\"cidr\":\"10.0.0.0/24\",\"ports\":\"443\",\"protocol\":\"tcp\"}");
        made("/resources", "{\"name\":\"all\",\"cidr\":\"10.0.0.0/16\",\"ports\":\"*\"}");
        made("/resources", "{\"name\":\"elsewhere\",\"cidr\":\"10.1.0.0/16\",\"ports\":\"*\"}");
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : open.reversed()) {
            one.close();
        }
        kit.close();
    }

    private String made(String path, String body) {
        NetworkKit.Reply reply = kit.post(ROOT, path, body);
        assertThat(reply.status()).as(reply.text()).isEqualTo(201);
        return path.equals("/devices")
                ? reply.json().getAsJsonObject("device").get("id").getAsString()
                : reply.string("id");
    }

    private static String query(String subject, String target, String more) {
        return "/explain?subject=" + URLEncoder.encode(subject, StandardCharsets.UTF_8) + "&target=" + target + more;
    }

    private JsonObject explain(String subject, String more) {
        NetworkKit.Reply reply = kit.get(ROOT, query(subject, "10.0.0.5:443", more));
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return reply.json();
    }

    private static JsonObject step(JsonObject answer, String grant) {
        return answer.getAsJsonArray("steps").asList().stream()
                .map(one -> one.getAsJsonObject())
                .filter(one -> one.get("grant").getAsString().equals(grant))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void namesResourcesRolesAndWhyEachGrantCountsOrNot() {
        String decides = made("/grants", "{\"resource\":\"web\",\"to\":\"role:staff\"}");
        String wider = made("/grants", "{\"resource\":\"all\",\"to\":\"user:ann\",\"mfa\":false}");
        String later = made("/grants", "{\"resource\":\"web\",\"to\":\"user:ann\",\"from\":\"2026-02-01T00:00:00Z\"}");
        JsonObject answer = explain("ann", "");

        assertThat(answer.get("verdict").getAsString()).isEqualTo("challenge");
        assertThat(answer.get("rule").getAsString()).isEqualTo(decides);
        assertThat(step(answer, decides).get("effect").getAsString()).isEqualTo("decides");
        assertThat(step(answer, decides).get("via")).hasToString("[\"dev\",\"staff\"]");
        assertThat(step(answer, decides).get("to").getAsString()).isEqualTo("role:staff");
        assertThat(step(answer, wider).get("effect").getAsString()).isEqualTo("less-specific");
        assertThat(step(answer, later).get("effect").getAsString()).isEqualTo("not-yet");
        assertThat(answer.getAsJsonArray("resources").toString())
                .contains("10.0.0.0/24:443/tcp", "10.0.0.0/16:*")
                .doesNotContain("elsewhere");
        assertThat(answer.getAsJsonObject("factor").get("scope").getAsString()).isEqualTo("address");
        assertThat(answer.getAsJsonObject("factor").get("state").getAsString()).isEqualTo("asked");
        assertThat(answer.get("until").getAsString()).isEqualTo("2026-02-01T00:00:00Z");
        assertThat(answer.get("notes").toString()).contains("not running");
    }

    @Test
    void looksIntoTheFutureAndThePast() {
        made("/grants", "{\"resource\":\"web\",\"to\":\"user:ann\",\"mfa\":false,\"from\":\"2026-02-01T00:00:00Z\"}");
        String over = made(
                "/grants",
                "{\"resource\":\"web\",\"to\":\"user:ann\",\"mfa\":false,\"from\":\"2025-01-01T00:00:00Z\","
                        + "\"until\":\"2025-06-01T00:00:00Z\"}");
        assertThat(explain("ann", "").get("reason").getAsString()).isEqualTo("not-now");
        assertThat(step(explain("ann", ""), over).get("effect").getAsString()).isEqualTo("expired");
        assertThat(explain("ann", "&at=2026-03-01T00:00:00Z").get("verdict").getAsString())
                .isEqualTo("allow");
        JsonObject then = explain("ann", "&at=2025-02-01T00:00:00Z");
        assertThat(then.get("verdict").getAsString()).isEqualTo("allow");
        assertThat(then.get("rule").getAsString()).isEqualTo(over);
        assertThat(then.get("notes").toString()).contains("Of the past");
    }

    @Test
    void aDenyWinsAndSaysSo() {
        String allows = made("/grants", "{\"resource\":\"web\",\"to\":\"user:ann\"}");
        String denies = made("/grants", "{\"resource\":\"all\",\"to\":\"role:dev\",\"deny\":true}");
        JsonObject answer = explain("user:ann", "");
        assertThat(answer.get("reason").getAsString()).isEqualTo("deny-grant");
        assertThat(step(answer, denies).get("deny").getAsBoolean()).isTrue();
        assertThat(step(answer, allows).get("effect").getAsString()).isEqualTo("overruled");
        assertThat(answer.has("factor")).isFalse();
    }

    @Test
    void explainsAHostThatIsNobodysDevice() {
        String grant = made("/grants", "{\"resource\":\"web\",\"to\":\"network:10.9.0.0/24\"}");
        JsonObject answer = explain("network:10.9.0.7", "");
        assertThat(answer.get("verdict").getAsString()).isEqualTo("allow");
        assertThat(answer.get("user").getAsString()).isEqualTo("10.9.0.7");
        assertThat(step(answer, grant).get("effect").getAsString()).isEqualTo("decides");
        assertThat(explain("network:10.8.0.7", "").get("verdict").getAsString()).isEqualTo("deny");
        assertThat(explain("ann", "").get("verdict").getAsString())
                .as("a grant to a network is for no user")
                .isEqualTo("deny");
    }

    @Test
    void aLockedDeviceAndADisabledUserPassNothing() {
        made("/grants", "{\"resource\":\"web\",\"to\":\"user:ann\",\"mfa\":false}");
        String device = made("/devices", "{\"user\":\"id-ann\",\"name\":\"laptop\"}");
        assertThat(explain("ann/laptop", "")
                        .getAsJsonObject("device")
                        .get("passes")
                        .getAsBoolean())
                .isTrue();
        kit.post(ROOT, "/devices/" + device + "/lock", "{\"reason\":\"lost\"}");
        JsonObject locked = explain("device:ann/laptop", "").getAsJsonObject("device");
        assertThat(locked.get("state").getAsString()).isEqualTo("locked");
        assertThat(locked.get("passes").getAsBoolean()).isFalse();
        assertThat(locked.get("lockedBecause").getAsString()).isNotBlank();
        kit.sql("UPDATE app_user SET disabled = 1 WHERE id = 'id-ann'");
        JsonObject disabled = explain("ann", "");
        assertThat(disabled.get("verdict").getAsString()).isEqualTo("deny");
        assertThat(disabled.get("reason").getAsString()).isEqualTo("unknown-user");
        assertThat(disabled.get("notes").toString()).contains("account of ann is disabled");
        assertThat(explain("zoe", "").get("notes").toString()).contains("no user 'zoe'");
    }

    @Test
    void aLongChainIsCutAndSaysSo() {
        for (int i = 0; i < 205; i++) {
            made("/grants", "{\"resource\":\"all\",\"to\":\"user:ann\"}");
        }
        JsonObject answer = explain("ann", "");
        assertThat(answer.getAsJsonArray("steps")).hasSize(200);
        assertThat(answer.get("notes").toString()).contains("5 less specific grants");
    }

    private void refuses(String query, String says) {
        NetworkKit.Reply reply = kit.get(ROOT, query);
        assertThat(reply.status()).as(reply.text()).isEqualTo(400);
        assertThat(reply.text()).contains(says);
    }

    @Test
    void refusesWhatIsNoQuestion() {
        refuses("/explain?target=10.0.0.5:443", "subject");
        refuses("/explain?subject=ann", "target");
        refuses(query("ann", "web:443", ""), "target");
        refuses(query("ann", "10.0.0.5", ""), "target");
        refuses(query("ann", "10.0.0.5:443", "&protocol=sctp"), "protocol");
        refuses(query("ann", "10.0.0.5:443", "&at=yesterday"), "at");
        refuses(query("ann/phone", "10.0.0.5:443", ""), "no device 'ann/phone'");
        refuses(query("network:10.9.0.0/24", "10.0.0.5:443", ""), "many hosts");
        refuses(query("network:here", "10.0.0.5:443", ""), "subject");
        assertThat(kit.get("nobody|MANAGE GRANTS", query("ann", "10.0.0.5:443", ""))
                        .status())
                .isEqualTo(403);
    }
}
