package dev.sekisho.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import dev.sekisho.it.lab.Authenticator;
import dev.sekisho.it.lab.Await;
import dev.sekisho.it.lab.Child;
import dev.sekisho.it.lab.Netns;
import dev.sekisho.it.lab.Outcome;
import dev.sekisho.it.lab.Pair;
import dev.sekisho.it.lab.PortalServer;
import dev.sekisho.it.lab.Script;
import dev.sekisho.it.lab.WireguardPeer;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// From an empty install to a held request that its user approves, with a stock WireGuard client, over the API.
@NeedsNetns({"curl", "python3"})
class ControlPlaneIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    /// What nobody is granted is dropped without a word.
    private static final int TIMED_OUT = 28;

    @TempDir
    private Path folder = Path.of("");

    @Test
    @Tag("A10")
    @Tag("C03")
    @DisplayName("A10, A11, P01, R03: from an empty install to a page that waited for its user")
    void fromAnEmptyInstallToAnApprovedRequest() {
        assumeTrue(Subject.isOurs(), "wireguard-go has no control plane");
        Subject.implementation();
        try (Netns net = Netns.open();
                PortalServer server = new PortalServer(Subject.launcher(), net.left(), folder)) {
            server.start();
            assertThat(server.firstPassword()).isNotEmpty();
            WireguardPeer laptop = WireguardPeer.start(net.addHost(), Subject.counterpart())
                    .identify()
                    .up(Pair.USUAL_MTU);
            String tunnel = net.left().name();
            ControlPlaneSite site = new ControlPlaneSite(net, server, laptop);
            site.settings();
            Authenticator phone = site.person("alice");
            site.laptopOf("alice");
            site.resource("web", "198.18.0.2", "alice");
            site.connect();
            site.route();
            try (Child target = Script.TARGET.serve(net.right(), folder, "tcp:8000", "udp:53")) {
                assertThat(target.isAlive()).isTrue();
                heldAndApproved(site, phone);
                revokedAtOnce(site);
            }
            JsonObject verified =
                    server.asRoot(tunnel, "GET", "/audit/verify", "").orThrow();
            assertThat(verified.get("ok").getAsBoolean())
                    .as(verified.toString())
                    .isTrue();
        }
    }

    private static void heldAndApproved(ControlPlaneSite site, Authenticator phone) {
        try (Child curl = site.curl(60).start()) {
            Await.until("alice is asked", LIMIT, () -> site.open("alice").size() == 1);
            JsonObject challenge = site.open("alice").get(0).getAsJsonObject();
            assertThat(challenge.get("resource").getAsString()).isEqualTo("web");
            assertThat(challenge.get("target").getAsString()).isEqualTo("198.18.0.2:8000");
            assertThat(challenge.get("device").getAsString()).isEqualTo("alice/laptop");
            assertThat(challenge.has("number")).isFalse();
            String approve = "/challenges/" + challenge.get("id").getAsString() + "/approve";
            PortalServer server = site.server();
            assertThat(server.as("alice", "POST", approve, """
                    {"totp": "%s"}""".formatted(phone.wrongCode()))
                            .status())
                    .isEqualTo(403);
            server.as("alice", "POST", approve, """
                    {"totp": "%s"}""".formatted(phone.nextCode())).orThrow();
            Outcome fetched = curl.awaitEnd(LIMIT);
            assertThat(fetched.exitCode()).as(fetched.toString()).isZero();
        }
    }

    private static void revokedAtOnce(ControlPlaneSite site) {
        PortalServer server = site.server();
        String tunnel = site.tunnel();
        assertThat(site.curl(10).run().exitCode()).isZero();
        JsonObject grant = server.asRoot(tunnel, "GET", "/grants", "")
                .orThrow()
                .getAsJsonArray("items")
                .get(0)
                .getAsJsonObject();
        assertThat(server.asRoot(tunnel, "DELETE", "/grants/" + grant.get("id").getAsString(), "")
                        .status())
                .isEqualTo(204);
        Await.until(
                "the grant is gone from the data plane",
                LIMIT,
                () -> site.curl(3).run().exitCode() == TIMED_OUT);
    }
}
