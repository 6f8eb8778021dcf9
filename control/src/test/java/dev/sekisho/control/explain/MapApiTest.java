package dev.sekisho.control.explain;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.sekisho.control.enforce.NetworkKit;
import dev.sekisho.control.simulate.PolicyMaterial;
import dev.sekisho.control.store.TestDatabases;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The map of who reaches what, from each kind of beginning, as far as there is room.
@Timeout(60)
class MapApiTest {
    private static final String ROOT = "root|VIEW NETWORK,MANAGE RESOURCES,MANAGE GRANTS,MANAGE DEVICES";

    private final NetworkKit kit = new NetworkKit(TestDatabases.sqlite());

    @BeforeEach
    void serve() {
        kit.role("staff");
        kit.role("dev", "staff");
        kit.role("intern", "dev");
        kit.user("ann", "dev");
        kit.user("ben", "intern");
        kit.user("cat");
        kit.serve(new MapApi(
                        kit.work,
                        new PolicyMaterial.Sources(kit.people, kit.resources, kit.grants),
                        kit.devices,
                        kit.clock)
                .routes());
        made("/resources", "{\"name\":\"web\",\"cidr\":\"10.0.0.0/24\",\"ports\":\"443\",\"protocol\":\"tcp\"}");
        made("/resources", "{\"name\":\"db\",\"cidr\":\"10.0.1.0/24\",\"ports\":\"5432\"}");
        made("/grants", "{\"resource\":\"web\",\"to\":\"role:staff\"}");
        made("/grants", "{\"resource\":\"db\",\"to\":\"user:ann\",\"deny\":true}");
        made("/grants", "{\"resource\":\"db\",\"to\":\"role:dev\",\"mfa\":false,\"from\":\"2027-01-01T00:00:00Z\"}");
        made("/grants", "{\"resource\":\"db\",\"to\":\"user:cat\",\"mfa\":false,\"until\":\"2025-01-01T00:00:00Z\"}");
        made("/grants", "{\"resource\":\"web\",\"to\":\"network:10.9.0.0/24\"}");
        made("/devices", "{\"user\":\"id-ann\",\"name\":\"laptop\"}");
        made("/devices", "{\"user\":\"id-ann\",\"name\":\"phone\"}");
    }

    @AfterEach
    void close() throws IOException {
        kit.close();
    }

    private void made(String path, String body) {
        NetworkKit.Reply reply = kit.post(ROOT, path, body);
        assertThat(reply.status()).as(reply.text()).isEqualTo(201);
    }

    private JsonObject map(String query) {
        NetworkKit.Reply reply = kit.get(ROOT, "/policy/map?" + query);
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return reply.json();
    }

    private static Set<String> labels(JsonObject map) {
        Set<String> labels = new TreeSet<>();
        map.getAsJsonArray("nodes").forEach(one -> {
            JsonObject node = one.getAsJsonObject();
            long more = node.get("more").getAsLong();
            labels.add(node.get("kind").getAsString() + " "
                    + (more > 0 ? "+" + more : node.get("label").getAsString()));
        });
        return labels;
    }

    private static List<String> lines(JsonObject map) {
        return map.getAsJsonArray("edges").asList().stream()
                .map(one -> one.getAsJsonObject())
                .map(edge ->
                        edge.get("from").getAsString() + " > " + edge.get("to").getAsString()
                                + (edge.get("deny").getAsBoolean() ? " deny" : "")
                                + (edge.get("mfa").getAsBoolean() ? " factor" : "")
                                + (edge.get("now").getAsBoolean() ? "" : " later"))
                .map(line -> line.replaceAll("(Dev|Res):\\S+", "$1"))
                .toList();
    }

    @Test
    void fromAUserToTheirDevicesRolesAndResources() {
        JsonObject map = map("user=ANN");
        assertThat(map.get("focus").getAsString()).isEqualTo("Use:ann");
        assertThat(labels(map))
                .containsExactly(
                        "device ann/laptop",
                        "device ann/phone",
                        "resource db",
                        "resource web",
                        "role dev",
                        "role staff",
                        "user ann");
        assertThat(lines(map))
                .containsExactlyInAnyOrder(
                        "Dev > Use:ann",
                        "Dev > Use:ann",
                        "Use:ann > Rol:dev",
                        "Rol:dev > Rol:staff",
                        "Use:ann > Res deny",
                        "Rol:dev > Res later",
                        "Rol:staff > Res factor");
        assertThat(map.get("complete").getAsBoolean()).isTrue();
    }

    @Test
    void fromOneDevice() {
        JsonObject map = map("device=ann/phone");
        assertThat(labels(map)).contains("device ann/phone", "role staff").doesNotContain("device ann/laptop");
        assertThat(map.get("focus").getAsString()).startsWith("Dev:");
    }

    @Test
    void fromARoleToWhoHasItAndWhatItIsGranted() {
        assertThat(labels(map("role=dev")))
                .containsExactly(
                        "resource db", "resource web", "role dev", "role intern", "role staff", "user ann", "user ben");
    }

    @Test
    void tellsHowManyRolesAreDeeperThanWasAskedFor() {
        JsonObject role = map("role=dev&depth=0");
        assertThat(labels(role)).containsExactly("resource db", "role +1", "role dev", "user ann");
        assertThat(lines(role)).contains("more:ROLE:>Rol:dev > Rol:dev", "Rol:dev > more:ROLE:Rol:dev");
        assertThat(role.get("complete").getAsBoolean()).isFalse();
        JsonObject user = map("user=ann&depth=1");
        assertThat(lines(user)).contains("Rol:dev > more:ROLE:Rol:dev").doesNotContain("Rol:dev > Rol:staff");
        assertThat(user.get("complete").getAsBoolean()).isFalse();
        assertThat(map("user=ann&depth=2").get("complete").getAsBoolean()).isTrue();
    }

    @Test
    void fromAResourceToAllWhoWereGrantedIt() {
        assertThat(labels(map("resource=web")))
                .containsExactly(
                        "network 10.9.0.0/24",
                        "resource web",
                        "role dev",
                        "role intern",
                        "role staff",
                        "user ann",
                        "user ben");
        assertThat(labels(map("resource=db"))).as("what is over is not drawn").doesNotContain("user cat");
    }

    @Test
    void onlyTheWaysToOneResource() {
        JsonObject map = map("user=ann&resource=web");
        assertThat(labels(map)).contains("resource web").doesNotContain("resource db");
        assertThat(map.get("focus").getAsString()).isEqualTo("Use:ann");
        kit.role("loose");
        kit.user("eve", "staff", "loose");
        JsonObject eve = map("user=eve&resource=web");
        assertThat(labels(eve))
                .as("a role that leads elsewhere")
                .containsExactly("resource web", "role staff", "user eve");
        assertThat(eve.get("complete").getAsBoolean()).isTrue();
        assertThat(labels(map("role=loose&resource=web")))
                .as("there is no way")
                .containsExactly("resource web", "role loose", "user eve");
    }

    @Test
    void tellsHowMuchThereIsNoRoomFor() {
        for (int i = 0; i < 12; i++) {
            kit.user("user" + i, "staff");
            made("/resources", "{\"name\":\"r" + i + "\",\"cidr\":\"10.2.0." + i + "\",\"ports\":\"1\"}");
            made("/grants", "{\"resource\":\"r" + i + "\",\"to\":\"role:staff\"}");
        }
        JsonObject role = map("role=staff&room=5");
        assertThat(role.get("complete").getAsBoolean()).isFalse();
        assertThat(labels(role)).contains("user +7", "resource +8");
        assertThat(labels(map("user=ann&room=1"))).contains("device +1", "role +1");
        assertThat(labels(map("resource=web&room=3"))).contains("user +9");
    }

    private void refuses(String query, String says) {
        NetworkKit.Reply reply = kit.get(ROOT, "/policy/map?" + query);
        assertThat(reply.status()).as(reply.text()).isEqualTo(400);
        assertThat(reply.text()).contains(says);
    }

    @Test
    void refusesWhatIsNoBeginning() {
        refuses("", "to start at");
        refuses("user=ann&role=dev", "to start at");
        refuses("user=zoe", "no user 'zoe'");
        refuses("role=kings", "no role 'kings'");
        refuses("device=ann/watch", "no device");
        refuses("resource=moon", "no resource 'moon'");
        refuses("user=ann&depth=9", "0 to 8");
        refuses("user=ann&room=0", "1 to 100");
        refuses("user=ann&room=x", "1 to 100");
        assertThat(kit.get("nobody|MANAGE GRANTS", "/policy/map?user=ann").status())
                .isEqualTo(403);
    }
}
