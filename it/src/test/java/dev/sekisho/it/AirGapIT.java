package dev.sekisho.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sekisho.it.lab.Authenticator;
import dev.sekisho.it.lab.Await;
import dev.sekisho.it.lab.CheckpointDevice;
import dev.sekisho.it.lab.CheckpointLab;
import dev.sekisho.it.lab.Child;
import dev.sekisho.it.lab.Netns;
import dev.sekisho.it.lab.Pair;
import dev.sekisho.it.lab.Ping;
import dev.sekisho.it.lab.PortalServer;
import dev.sekisho.it.lab.Script;
import dev.sekisho.it.lab.WayOut;
import dev.sekisho.it.lab.WireguardPeer;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Without the world (product line N16): no host of the lab has a default route, and the core flow from `sekisho up` to
/// `sekisho flows`, by a policy file and with the control plane, neither needs anything from outside nor asks for it.
@NeedsNetns({"curl", "nft", "python3"})
class AirGapIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String POLICY = """
        mfa: {timeout: 180s}
        resources:
          - {name: web, cidr: 198.18.0.2, ports: "8000", protocol: tcp}
          - {name: ping, cidr: 198.18.0.2, ports: "0"}
        grants:
          - {resource: web, to: role:staff, name: to-the-web}
          - {resource: ping, to: role:staff, mfa: false}
        """;

    @TempDir
    private Path folder = Path.of("");

    @BeforeAll
    static void onlyOurs() {
        assumeTrue(Subject.isOurs(), "wireguard-go has neither checkpoint nor control plane");
        Subject.implementation();
    }

    @Test
    @DisplayName("N16: up, handshake, hold, approve, explain, lock, unlock, flows: nothing is asked of the outside")
    void theCoreFlowAsksNothingOutside() {
        try (CheckpointLab lab = CheckpointLab.open(Subject.launcher(), Subject.counterpart(), folder);
                Child _ = lab.serve("tcp:8000")) {
            WayOut server = WayOut.watch(lab.gateway());
            CheckpointDevice device = lab.addDevice("alice");
            WayOut client = WayOut.watch(device.namespace());
            assertThat(lab.gateway().ip("route", "show", "default").out()).isEmpty();
            assertThat(lab.gateway().ip("-6", "route", "show", "default").out()).isEmpty();

            coreFlow(lab, device);

            assertThat(server.attempts()).as(server.toString()).isZero();
            assertThat(client.attempts()).as(client.toString()).isZero();
            // A trap that catches nothing proves nothing.
            lab.gateway()
                    .command("curl", "-s", "--max-time", "1", "http://192.0.2.1/")
                    .run();
            assertThat(server.attempts()).as("an address outside").isPositive();
            long before = client.attempts();
            device.namespace()
                    .command("curl", "-s", "--max-time", "2", "http://update.example.org/")
                    .run();
            assertThat(client.attempts()).as("a name").isGreaterThan(before);
        }
    }

    @Test
    @DisplayName(
            "N16: the control plane, from an empty state folder to an approved request, asks nothing of the outside")
    void theControlPlaneAsksNothingOutside() {
        try (Netns net = Netns.open();
                PortalServer server = new PortalServer(Subject.launcher(), net.left(), folder)) {
            WayOut out = WayOut.watch(net.left());
            assertThat(net.left().ip("route", "show", "default").out()).isEmpty();
            assertThat(net.left().ip("-6", "route", "show", "default").out()).isEmpty();
            server.start();
            server.as("admin", "POST", "/login", """
                    {"user": "admin", "password": "%s"}""".formatted(server.firstPassword()))
                    .orThrow();
            WireguardPeer laptop = WireguardPeer.start(net.addHost(), Subject.counterpart())
                    .identify()
                    .up(Pair.USUAL_MTU);
            var site = new ControlPlaneSite(net, server, laptop);

            controlPlaneFlow(site);

            assertThat(out.attempts()).as(out.toString()).isZero();
            // A trap that catches nothing proves nothing.
            net.left()
                    .command("curl", "-s", "--max-time", "1", "http://update.example.org/")
                    .run();
            assertThat(out.attempts()).as("a name").isPositive();
        }
    }

    private void controlPlaneFlow(ControlPlaneSite site) {
        PortalServer server = site.server();
        site.settings();
        Authenticator phone = site.person("alice");
        site.laptopOf("alice");
        site.resource("web", "198.18.0.2", "alice");
        site.connect();
        site.route();
        try (Child target = Script.TARGET.serve(site.net().right(), folder, "tcp:8000");
                Child curl = site.curl(60).start()) {
            assertThat(target.isAlive()).isTrue();
            Await.until("alice is asked", LIMIT, () -> site.open("alice").size() == 1);
            String id = site.open("alice").get(0).getAsJsonObject().get("id").getAsString();
            server.as("alice", "POST", "/challenges/" + id + "/approve", """
                    {"totp": "%s"}""".formatted(phone.nextCode()))
                    .orThrow();
            assertThat(curl.awaitEnd(LIMIT).exitCode()).isZero();
        }
        // What is wrong with the host is doctor's to say; that it looks for it must not go outside.
        assertThat(server.command("doctor").run().exitCode()).isBetween(0, 1);
        assertThat(server.asRoot(site.tunnel(), "GET", "/audit/verify", "")
                        .orThrow()
                        .get("ok")
                        .getAsBoolean())
                .isTrue();
        server.process().terminate();
    }

    private static void coreFlow(CheckpointLab lab, CheckpointDevice device) {
        lab.start(POLICY);
        lab.networkByPolicy("up");
        awaitPing(device);
        assertThat(lab.state(device).has("handshake")).isTrue();
        try (Child curl = device.curl("198.18.0.2", 8000).start()) {
            lab.approve(device, lab.awaitChallenge(device));
            assertThat(curl.awaitEnd(LIMIT).text()).contains("the page");
        }
        assertThat(lab.server()
                        .command("explain", "alice", "198.18.0.2:8000")
                        .run()
                        .orThrow()
                        .out())
                .contains("to-the-web");
        assertThat(lab.server().command("flows").run().orThrow().out()).contains("alice");
        lab.server().command("lock", device.name()).run().orThrow();
        assertThat(Ping.answers(device.namespace(), "198.18.0.2")).isFalse();
        lab.server().command("unlock", device.name()).run().orThrow();
        awaitPing(device);
        lab.networkByPolicy("down");
        lab.server().process().terminate();
    }

    private static void awaitPing(CheckpointDevice device) {
        Await.until("an answer to a ping", LIMIT, () -> Ping.answers(device.namespace(), "198.18.0.2"));
    }
}
