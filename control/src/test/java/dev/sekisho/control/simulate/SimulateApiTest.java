package dev.sekisho.control.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.sekisho.control.enforce.NetworkKit;
import dev.sekisho.control.flows.FlowLogReader;
import dev.sekisho.control.store.TestDatabases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `/policy/simulate` over HTTP: drafts as they are sent to save them, and those that can't be used.
@Timeout(60)
class SimulateApiTest {
    private static final String ROOT =
            "root|VIEW NETWORK,VIEW ALL LOGS,MANAGE RESOURCES,MANAGE GRANTS,MANAGE USERS,VIEW USERS";
    private static final String WITHOUT_LOGS = "clerk|VIEW NETWORK";

    private final NetworkKit kit = new NetworkKit(TestDatabases.sqlite());
    private final CountDownLatch reading = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private boolean waits;

    @TempDir
    private Path directory;

    @BeforeEach
    void serve() throws IOException {
        FlowLogReader reader = new FlowLogReader(directory);
        Simulations simulations = new Simulations(
                kit.work,
                new PolicyMaterial.Sources(kit.people, kit.resources, kit.grants),
                kit.devices,
                (from, until, sink) -> {
                    if (waits) {
                        reading.countDown();
                        await(goOn);
                    }
                    return reader.newestFirst(from, until, sink);
                },
                new Simulations.Clocks(kit.clock, () -> 0, Duration.ofDays(1), Duration.ofDays(1)));
        kit.role("dev");
        kit.user("ann", "dev");
        kit.user("ben", "dev");
        kit.user("cat");
        kit.serve(new SimulateApi(simulations, kit.clock).routes());
        kit.post(
                ROOT,
                "/resources",
                "{\"name\":\"web\",\"cidr\":\"10.0.0.0/24\",\"ports\":\"443\",\"protocol\":\"tcp\"}");
        Files.writeString(
                directory.resolve("2026-01-05.jsonl"),
                denied("ann", "10.0.0.5:443", "no-grant")
                        + denied("ann", "10.0.0.6:443", "no-grant")
                        + denied("ann", "10.0.0.5:22", "no-grant")
                        + denied("cat", "10.0.0.5:443", "device-locked")
                        + denied("cat", "10.0.0.5:443", "no-grant"));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String denied(String user, String to, String reason) {
        return "{\"event\":\"flow-denied\",\"time\":\"2026-01-05T09:00:00.000Z\",\"device\":\"" + user
                + "/laptop\",\"user\":\"" + user + "\",\"source\":\"10.90.0.2:50000\",\"destination\":\"" + to
                + "\",\"protocol\":\"tcp\",\"from\":\"device\",\"verdict\":\"denied\",\"reason\":\"" + reason
                + "\",\"suppressed\":0}\n";
    }

    @AfterEach
    void close() throws IOException {
        kit.close();
    }

    private JsonObject simulate(String draft) {
        NetworkKit.Reply reply = kit.post(ROOT, "/policy/simulate", draft);
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return reply.json();
    }

    private static JsonObject only(JsonArray rows) {
        assertThat(rows).hasSize(1);
        return rows.get(0).getAsJsonObject();
    }

    @Test
    void saysWhoWouldGainWhatAndWhichFlowsWouldHavePassed() {
        JsonObject answer =
                simulate("{\"grants\":[{\"grant\":{\"resource\":\"web\",\"to\":\"role:dev\",\"mfa\":false}}]}");

        assertThat(answer.get("usersGaining").getAsInt()).isEqualTo(2);
        assertThat(answer.get("usersLosing").getAsInt()).isZero();
        JsonObject row = only(answer.getAsJsonArray("reach"));
        assertThat(row.get("resource").getAsString()).isEqualTo("web");
        assertThat(row.get("effect").getAsString()).isEqualTo("gained");
        assertThat(row.get("whole").getAsBoolean()).isTrue();
        assertThat(row.get("who")).hasToString("[\"ann\",\"ben\"]");
        JsonObject flows = answer.getAsJsonObject("flows");
        assertThat(flows.get("flows").getAsInt()).isEqualTo(5);
        assertThat(flows.get("changed").getAsInt()).isEqualTo(2);
        assertThat(flows.get("complete").getAsBoolean()).isTrue();
        JsonObject group = only(flows.getAsJsonArray("rows"));
        assertThat(group.get("who").getAsString()).isEqualTo("ann");
        assertThat(group.get("where").getAsString()).isEqualTo("web");
        assertThat(group.get("examples").toString()).contains("10.0.0.5:443/tcp", "10.0.0.6:443/tcp");
        assertThat(kit.get(ROOT, "/grants").json().getAsJsonArray("items"))
                .as("nothing is saved")
                .isEmpty();
    }

    @Test
    void aLockedDeviceStaysShut() {
        JsonObject flows = simulate("{\"grants\":[{\"grant\":{\"resource\":\"web\",\"to\":\"user:cat\"}}]}")
                .getAsJsonObject("flows");
        assertThat(flows.get("changed").getAsInt()).isEqualTo(1);
    }

    @Test
    void saysWhatARevokedGrantTakesAway() {
        String id = kit.post(ROOT, "/grants", "{\"resource\":\"web\",\"to\":\"user:ann\",\"mfa\":false}")
                .string("id");
        JsonObject row = only(
                simulate("{\"grants\":[{\"id\":\"" + id + "\"}],\"days\":0}").getAsJsonArray("reach"));
        assertThat(row.get("effect").getAsString()).isEqualTo("lost");
        assertThat(row.get("who")).hasToString("[\"ann\"]");
    }

    @Test
    void saysThatAFactorIsAddedAndAResourceShrinks() {
        String id = kit.post(ROOT, "/grants", "{\"resource\":\"web\",\"to\":\"user:ann\",\"mfa\":false}")
                .string("id");
        assertThat(only(simulate("{\"grants\":[{\"id\":\"" + id
                                        + "\",\"grant\":{\"resource\":\"web\",\"to\":\"user:ann\",\"mfa\":true}}]}")
                                .getAsJsonArray("reach"))
                        .get("effect")
                        .getAsString())
                .isEqualTo("factor-added");
        JsonObject smaller = only(simulate("{\"resources\":[{\"id\":\"web\",\"resource\":{\"name\":\"web\","
                        + "\"cidr\":\"10.0.0.0/25\",\"ports\":\"443\",\"protocol\":\"tcp\"}}]}")
                .getAsJsonArray("reach"));
        assertThat(smaller.get("effect").getAsString()).isEqualTo("lost");
        assertThat(smaller.get("whole").getAsBoolean()).isFalse();
        assertThat(smaller.get("example").getAsString()).isEqualTo("10.0.0.128:443/tcp");
    }

    @Test
    void saysWhatOtherRolesOfAUserDo() {
        kit.post(ROOT, "/grants", "{\"resource\":\"web\",\"to\":\"role:dev\",\"mfa\":false}");
        JsonObject row = only(
                simulate("{\"users\":[{\"user\":\"cat\",\"roles\":[\"dev\"]}]}").getAsJsonArray("reach"));
        assertThat(row.get("effect").getAsString()).isEqualTo("gained");
        assertThat(row.get("who")).hasToString("[\"cat\"]");
    }

    @Test
    void tellsWhenAGrantOfTheFutureBegins() {
        JsonObject row = only(simulate("{\"grants\":[{\"grant\":{\"resource\":\"web\",\"to\":\"user:cat\","
                        + "\"from\":\"2026-06-01T08:00:00Z\"}}]}")
                .getAsJsonArray("reach"));
        assertThat(row.get("from").getAsString()).isEqualTo("2026-06-01T08:00:00Z");
    }

    @Test
    void flowsAreForThoseWhoMaySeeThem() {
        String draft = "{\"grants\":[{\"grant\":{\"resource\":\"web\",\"to\":\"role:dev\"}}]";
        assertThat(kit.post(WITHOUT_LOGS, "/policy/simulate", draft + "}").status())
                .isEqualTo(403);
        NetworkKit.Reply without = kit.post(WITHOUT_LOGS, "/policy/simulate", draft + ",\"days\":0}");
        assertThat(without.status()).isEqualTo(200);
        assertThat(without.json().has("flows")).isFalse();
        assertThat(kit.post("nobody|MANAGE GRANTS", "/policy/simulate", draft + ",\"days\":0}")
                        .status())
                .isEqualTo(403);
    }

    private void refuses(String draft, int status, String says) {
        NetworkKit.Reply reply = kit.post(ROOT, "/policy/simulate", draft);
        assertThat(reply.status()).as(reply.text()).isEqualTo(status);
        assertThat(reply.text()).contains(says);
    }

    @Test
    void refusesDraftsThatCouldNotBeSaved() {
        refuses("{}", 400, "1 to 20 changes");
        refuses("{\"grants\":[]}", 400, "1 to 20 changes");
        refuses("{\"grants\":[{}]}", 400, "taken back isn't there");
        refuses("{\"grants\":[{\"id\":\"none\"}]}", 400, "taken back isn't there");
        refuses(
                "{\"grants\":[{\"id\":\"none\",\"grant\":{\"resource\":\"web\",\"to\":\"user:ann\"}}]}",
                404,
                "no such");
        refuses("{\"grants\":[{\"grant\":{\"resource\":\"db\",\"to\":\"user:ann\"}}]}", 400, "no resource 'db'");
        refuses("{\"grants\":[{\"grant\":{\"resource\":\"web\",\"to\":\"user:zoe\"}}]}", 400, "no user 'zoe'");
        refuses("{\"grants\":[{\"grant\":{\"resource\":\"web\"}}]}", 400, "to");
        refuses(
                "{\"grants\":[{\"grant\":{\"resource\":\"web\",\"to\":\"user:ann\",\"weekly\":\"x\"}}]}",
                400,
                "weekly");
        refuses("{\"resources\":[{}]}", 400, "which resource");
        refuses("{\"resources\":[{\"id\":\"db\"}]}", 400, "no resource 'db'");
        refuses(
                "{\"resources\":[{\"resource\":{\"name\":\"web\",\"cidr\":\"10.0.0.0/8\",\"ports\":\"1\"}}]}",
                409,
                "web");
        refuses(
                "{\"resources\":[{\"resource\":{\"name\":\"x\",\"cidr\":\"10.0.0.1/8\",\"ports\":\"1\"}}]}",
                400,
                "cidr");
        refuses("{\"users\":[{\"user\":\"zoe\",\"roles\":[]}]}", 400, "no user 'zoe'");
        refuses("{\"users\":[{\"user\":\"ann\",\"roles\":[\"kings\"]}]}", 400, "no role 'kings'");
        refuses("{\"users\":[{\"user\":\"ann\"}]}", 400, "roles");
        refuses("{\"grants\":[{\"id\":\"x\"}],\"days\":31}", 400, "0 to 30");
        refuses("{\"grants\":[{\"id\":\"x\"}],\"days\":-1}", 400, "0 to 30");
        refuses("{\"hopes\":[]}", 400, "hopes");
        refuses(
                "{\"users\":[" + "{\"user\":\"ann\",\"roles\":[]},".repeat(20) + "{\"user\":\"ann\",\"roles\":[]}]}",
                400,
                "20");
    }

    @Test
    void oneAtATime() throws Exception {
        waits = true;
        String draft = "{\"grants\":[{\"grant\":{\"resource\":\"web\",\"to\":\"role:dev\"}}]}";
        FutureTask<Integer> first =
                new FutureTask<>(() -> kit.post(ROOT, "/policy/simulate", draft).status());
        Thread.ofVirtual().start(first);
        reading.await();
        assertThat(kit.post(ROOT, "/policy/simulate", draft).status()).isEqualTo(429);
        goOn.countDown();
        assertThat(first.get()).isEqualTo(200);
        assertThat(kit.post(ROOT, "/policy/simulate", draft).status()).isEqualTo(200);
    }
}
