package dev.sekisho.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import dev.sekisho.it.lab.Await;
import dev.sekisho.it.lab.CheckpointDevice;
import dev.sekisho.it.lab.CheckpointLab;
import dev.sekisho.it.lab.Child;
import dev.sekisho.it.lab.Outcome;
import dev.sekisho.it.lab.PacketCounter;
import dev.sekisho.it.lab.Script;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Micro-segmentation inside the firewall (product line N15): devices of one network, whose services reach each other
/// through the checkpoint only. `ann` may use two services of `ben`; nobody was granted anything else.
@NeedsNetns({"curl", "nft", "python3"})
class SegmentIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String TUNNEL = "198.19.0.0/24,fd00:198:19::/64";
    private static final String POLICY = """
        resources:
          - {name: ben-web, cidr: %1$s, ports: "8000", protocol: tcp}
          - {name: ben-web6, cidr: "%2$s", ports: "8000", protocol: tcp}
          - {name: ben-admin, cidr: %1$s, ports: "8001", protocol: tcp}
        grants:
          - {resource: ben-web, to: user:ann, mfa: false, name: ann-to-ben}
          - {resource: ben-web6, to: user:ann, mfa: false}
          - {resource: ben-admin, to: user:ann}
        """;

    @TempDir
    private Path folder = Path.of("");

    @BeforeEach
    void onlyOurs() {
        assumeTrue(Subject.isOurs(), "wireguard-go has no checkpoint");
        Subject.implementation();
    }

    @Test
    @DisplayName("N15: devices of one network reach each other's services by grant only, in the granted direction only")
    void deviceToDeviceByGrant() {
        try (CheckpointLab lab = CheckpointLab.open(Subject.launcher(), Subject.counterpart(), folder)) {
            CheckpointDevice ann = lab.addDevice("ann");
            CheckpointDevice ben = lab.addDevice("ben");
            CheckpointDevice cat = lab.addDevice("cat");
            String of = ben.namespace().inner4();
            lab.start(POLICY.formatted(of, ben.namespace().inner6()));
            lab.networkUp(TUNNEL);
            try (Child service = serve(ben);
                    Child _ = serve(ann)) {
                shakeHands(ann);
                shakeHands(ben);
                PacketCounter fromCat = PacketCounter.input(
                        ben.namespace(), "of_cat", "ip saddr " + cat.namespace().inner4());
                PacketCounter atAnn = PacketCounter.input(ann.namespace(), "at_ann", PacketCounter.SYN);

                assertThat(ann.curl(of, 8000).run().text()).contains("the page");
                assertThat(ann.curl("[" + ben.namespace().inner6() + "]", 8000)
                                .run()
                                .text())
                        .contains("the page");
                assertThat(service.output())
                        .as("not masqueraded: the service knows who asks")
                        .contains("tcp " + of + " 8000 " + ann.namespace().inner4() + " ");
                JsonObject opened = lab.awaitLogged(ann, "flow-opened", of + ":8000");
                assertThat(opened.get("user").getAsString()).isEqualTo("ann");
                assertThat(opened.get("rule").getAsString()).isEqualTo("ann-to-ben");

                try (Child curl = ann.curl(of, 8001).start()) {
                    lab.approve(ann, lab.awaitChallenge(ann));
                    assertThat(curl.awaitEnd(LIMIT).text()).contains("the page");
                }

                refused(ann, of, 8002);
                refused(cat, of, 8000);
                refused(ben, ann.namespace().inner4(), 8000);
                assertThat(fromCat.count())
                        .as("packets of who has no grant, at the service")
                        .isZero();
                assertThat(atAnn.count()).as("the grant's other direction").isZero();
                assertThat(lab.awaitLogged(cat, "flow-denied", of + ":8000")
                                .get("reason")
                                .getAsString())
                        .isEqualTo("no-grant");
            }
            lab.networkDown(TUNNEL);
        }
    }

    @Test
    @DisplayName("N15: where nothing of the tunnel's network is exposed, devices are apart whatever is granted")
    void apartByDefault() {
        try (CheckpointLab lab = CheckpointLab.open(Subject.launcher(), Subject.counterpart(), folder)) {
            CheckpointDevice ann = lab.addDevice("ann");
            CheckpointDevice ben = lab.addDevice("ben");
            String of = ben.namespace().inner4();
            lab.start(POLICY.formatted(of, ben.namespace().inner6()));
            lab.networkUp(CheckpointLab.NETWORK4);
            try (Child service = serve(ben)) {
                shakeHands(ben);
                refused(ann, of, 8000);
                assertThat(service.output()).doesNotContain("tcp");
            }
            lab.networkDown(CheckpointLab.NETWORK4);
        }
    }

    private Child serve(CheckpointDevice device) {
        return Script.TARGET.serve(device.namespace(), folder, "tcp:8000,8001,8002");
    }

    /// The server does not know where a device is before it has heard of it, and a client tries a first handshake that
    /// is
    /// lost again only after five seconds.
    private static void shakeHands(CheckpointDevice device) {
        Await.until(device.name() + " shakes hands, as any traffic makes it", LIMIT, () -> {
            device.curl("198.19.0.1", 1, "--connect-timeout", "1").run();
            return device.peer().peers().getFirst().latestHandshakeSeconds() > 0;
        });
    }

    private static void refused(CheckpointDevice from, String address, int port) {
        Outcome curl = from.curl(address, port, "--connect-timeout", "2").run();
        assertThat(curl.succeeded())
                .as(from.name() + " to " + address + ":" + port + ": " + curl.text())
                .isFalse();
    }
}
