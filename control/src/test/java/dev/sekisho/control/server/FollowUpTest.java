package dev.sekisho.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.control.store.StoreException;
import dev.sekisho.control.web.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What follows from changes on the whole server: who is told, what is made, what is counted.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FollowUpTest {
    private static final long PATIENCE_NANOS = 20_000_000_000L;

    private ServerSite site;
    private Visitor admin;

    @BeforeAll
    void start(@TempDir Path directory) throws IOException, GeneralSecurityException {
        site = ServerSite.start(directory);
        admin = site.admin();
    }

    @AfterAll
    void end() {
        site.close();
    }

    /// Waits until an answer says it.
    private static void until(Visitor visitor, String path, String text) throws IOException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!visitor.get(path).body().contains(text)) {
            assertThat(System.nanoTime()).as(text + " in " + path).isLessThan(end);
            LockSupport.parkNanos(20_000_000);
        }
    }

    /// The data of the next event of a topic.
    private static String next(BufferedReader stream, String topic) throws IOException {
        String line = stream.readLine();
        while (line != null && !line.equals("event: " + topic)) {
            line = stream.readLine();
        }
        return String.valueOf(stream.readLine());
    }

    @Test
    @Tag("C02")
    void aSessionThatIsRevokedIsToldToTheOthersOfItsUser() throws Exception {
        Visitor person = site.somebody(admin, "watcher", "user");
        Visitor second = site.visitor();
        second.login("watcher", ServerSite.PASSWORD);
        String other = String.valueOf(ServerSite.items(person.json("GET", "/sessions", ""), "items").stream()
                .map(item -> (Map<?, ?>) item)
                .filter(item -> Boolean.FALSE.equals(item.get("current")))
                .findFirst()
                .orElseThrow()
                .get("id"));
        try (Visitor.Stream stream = person.events()) {
            person.json("DELETE", "/sessions/" + other, "");
            assertThat(next(stream.reader(), "session.revoked")).contains("\"count\":1");
        }
    }

    @Test
    @Tag("R06")
    void aRequestIsToldToItsApproversAndItsOutcomeToWhoAsked() throws Exception {
        admin.json(
                "PUT",
                "/mail/settings",
                Json.text(Map.of("host", "127.0.0.1", "port", 9, "security", "none", "from", "sekisho@a.example")));
        admin.json(
                "POST",
                "/roles",
                Json.text(
                        Map.of("name", "deciders", "permissions", List.of("APPROVE REQUESTS"), "parents", List.of())));
        Visitor approver = site.somebody(admin, "decider", "user", "deciders");
        Visitor applicant = site.somebody(admin, "applicant", "user");
        admin.json(
                "POST",
                "/resources",
                Json.text(Map.of(
                        "name", "ledger",
                        "cidr", "10.7.0.1/32",
                        "ports", "443",
                        "requestableBy", List.of("user"),
                        "ticketPattern", "",
                        "approvals", 1)));
        try (Visitor.Stream stream = approver.events();
                Visitor.Stream own = applicant.events()) {
            String id = String.valueOf(applicant
                    .json(
                            "POST",
                            "/requests",
                            Json.text(Map.of("resource", "ledger", "reason", "audit of 2026", "durationSeconds", 3600)))
                    .get("id"));
            assertThat(next(stream.reader(), "request.changed")).contains(id, "request.created", "ledger");
            until(admin, "/alert-deliveries", "applicant asks for access to ledger");
            approver.json("POST", "/requests/" + id + "/approve", Json.text(Map.of("comment", "fine")));
            assertThat(next(own.reader(), "request.changed")).contains(id, "request.created");
            assertThat(next(own.reader(), "request.changed")).contains(id, "request.approved");
            until(admin, "/alert-deliveries", "Your request for ledger");
        }
    }

    @Test
    @Tag("P02")
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void whoMadeALinkIsToldThatItWasUsed() throws Exception {
        site.somebody(admin, "traveller", "user");
        Map<String, Object> made =
                admin.json("POST", "/devices", Json.text(Map.of("user", "traveller", "name", "phone")));
        String device = String.valueOf(ServerSite.inner(made, "device").get("id"));
        Map<String, Object> issued = admin.json("POST", "/devices/" + device + "/link", "{}");
        String url = String.valueOf(issued.get("url"));
        String id = url.replaceAll(".*/get/|#.*", "");
        try (Visitor.Stream stream = admin.events()) {
            Visitor nobody = site.visitor();
            Map<String, Object> fetched = nobody.json(
                    "POST", "/device-links/" + id + "/fetch", Json.text(Map.of("secret", url.replaceAll(".*#", ""))));
            assertThat(String.valueOf(fetched.get("config"))).contains("PrivateKey");
            assertThat(next(stream.reader(), "device.link"))
                    .contains(id, "fetched", "traveller/phone", "\"source\":\"127.");
        }
    }

    @Test
    @Tag("P03")
    void theFirstLoginMakesADeviceForThoseWhoseRolesAskForIt() throws Exception {
        Map<String, Object> settings = new LinkedHashMap<>(admin.json("GET", "/network/settings", ""));
        settings.remove("version");
        settings.remove("endpoint");
        settings.put("enrollmentRoles", List.of("default_wireguard_user"));
        admin.json("PUT", "/network/settings", Json.text(settings));
        Visitor enrolled = site.somebody(admin, "enrolled", "user", "default_wireguard_user");
        until(enrolled, "/me/devices", "\"state\":");
        Visitor plain = site.somebody(admin, "plain", "user");
        enrolled.stepUp();
        assertThat((List<?>) enrolled.json("GET", "/me/devices", "").get("items"))
                .hasSize(1);
        assertThat((List<?>) plain.json("GET", "/me/devices", "").get("items")).isEmpty();
    }

    @Test
    @Tag("C02")
    void theStatusPageCountsWhatThePortalShows() throws Exception {
        Map<?, ?> counts = ServerSite.inner(admin.json("GET", "/status", ""), "counts");
        assertThat(counts.keySet().stream().map(String::valueOf))
                .contains("users", "devices", "devicesOnline", "flows", "grants", "challenges");
        assertThat(String.valueOf(counts.get("users"))).matches("[1-9][0-9]*");
    }

    @Test
    void aTaskThatFailsIsRunAgain() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        CountDownLatch enough = new CountDownLatch(4);
        try (ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor()) {
            new Background(timer).every(Duration.ofMillis(1), "a test", () -> {
                enough.countDown();
                switch (runs.incrementAndGet()) {
                    case 1 -> throw new IllegalStateException("broken");
                    case 2 -> throw new StoreException(StoreException.Kind.UNAVAILABLE, "gone", null);
                    case 3 -> throw new AssertionError("worse");
                    default -> {
                        // Works.
                    }
                }
            });
            assertThat(enough.await(20, TimeUnit.SECONDS)).isTrue();
            timer.shutdownNow();
        }
    }
}
