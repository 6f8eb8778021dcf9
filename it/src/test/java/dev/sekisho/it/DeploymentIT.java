package dev.sekisho.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sekisho.it.lab.Await;
import dev.sekisho.it.lab.CheckpointDevice;
import dev.sekisho.it.lab.CheckpointLab;
import dev.sekisho.it.lab.Child;
import dev.sekisho.it.lab.PacketCounter;
import dev.sekisho.it.lab.Ping;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The deployments of docs/network.md, with the UP script of each: the same devices, servers and grants, other networks
/// exposed. The network behind the server has no route back to the devices, and a second network beside it.
@NeedsNetns({"curl", "nft", "python3"})
class DeploymentIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    /// The network beside the exposed one: what a full tunnel reaches and a split tunnel does not.
    private static final String BESIDE4 = "198.18.200.2";

    private static final String BESIDE6 = "fd00:198:200::2";
    private static final String POLICY = """
        resources:
          - {name: anywhere, cidr: 0.0.0.0/0, ports: "0,8000"}
          - {name: anywhere6, cidr: "::/0", ports: "0,8000"}
        grants:
          - {resource: anywhere, to: role:staff, mfa: false}
          - {resource: anywhere6, to: role:staff, mfa: false}
        """;

    /// Of a server in the cloud: the resolver is free, an application is not, and the metadata service is granted by a
    /// mistake that must not matter.
    private static final String CLOUD_POLICY = """
        resources:
          - {name: app, cidr: 198.18.0.2, ports: "8000", protocol: tcp}
          - {name: resolver, cidr: 198.18.0.2, ports: "53", protocol: udp}
          - {name: metadata, cidr: 169.254.169.254, ports: "0,8000"}
          - {name: other-vpc, cidr: 198.18.200.0/24, ports: "0,8000"}
        grants:
          - {resource: app, to: role:staff, mfa: true}
          - {resource: resolver, to: role:staff, mfa: false}
          - {resource: metadata, to: role:staff, mfa: false}
          - {resource: other-vpc, to: role:staff, mfa: false}
        """;

    private static final String METADATA = "169.254.169.254";

    @TempDir
    private Path folder = Path.of("");

    @BeforeAll
    static void onlyOurs() {
        assumeTrue(Subject.isOurs(), "wireguard-go has no checkpoint");
        Subject.implementation();
    }

    @Test
    @DisplayName("N14 split tunnel, N08: the exposed subnet answers, masqueraded; what is not exposed does not")
    void splitTunnel() {
        try (CheckpointLab lab = open();
                Child _ = lab.serve("tcp:8000")) {
            CheckpointDevice device = lab.addDevice("alice");
            fullRoutes(device);
            lab.start(POLICY);
            PacketCounter masqueraded =
                    PacketCounter.input(lab.network(), "masqueraded", "ip saddr 198.18.0.1 " + PacketCounter.SYN);
            PacketCounter foreign = PacketCounter.input(lab.network(), "foreign", "ip saddr 198.19.0.0/24");
            String subnets = CheckpointLab.NETWORK4 + "," + CheckpointLab.NETWORK6;
            lab.networkUp(subnets);

            awaitPing(device, "198.18.0.2");
            awaitPing(device, "fd00:198:18::2");
            assertThat(device.curl("198.18.0.2", 8000).run().text()).contains("the page");
            assertThat(masqueraded.count())
                    .as("SYNs from the gateway's address")
                    .isEqualTo(1);
            assertThat(foreign.count())
                    .as("packets from a device's own address")
                    .isZero();
            assertThat(Ping.answers(device.namespace(), BESIDE4)).isFalse();
            assertThat(Ping.answers(device.namespace(), BESIDE6)).isFalse();
            lab.networkDown(subnets);
        }
    }

    @Test
    @DisplayName("N14 full tunnel: everything answers that is granted, masqueraded, but link-local services")
    void fullTunnel() {
        try (CheckpointLab lab = open();
                Child _ = lab.serve("tcp:8000")) {
            CheckpointDevice device = lab.addDevice("alice");
            fullRoutes(device);
            serveMetadata(lab);
            lab.start(POLICY);
            lab.networkUp("0.0.0.0/0,::/0");

            awaitPing(device, BESIDE4);
            awaitPing(device, BESIDE6);
            assertThat(device.curl(BESIDE4, 8000).run().text()).contains("the page");
            assertThat(device.curl("[" + BESIDE6 + "]", 8000).run().text()).contains("the page");
            assertThat(Ping.answers(lab.gateway(), METADATA)).isTrue();
            assertThat(Ping.answers(device.namespace(), METADATA))
                    .as("cloud metadata through the tunnel")
                    .isFalse();
            lab.networkDown("0.0.0.0/0,::/0");
        }
    }

    @Test
    @DisplayName("N14 remote access only: with nothing exposed the host forwards nothing, whatever is granted")
    void remoteAccessOnly() {
        try (CheckpointLab lab = open();
                Child _ = lab.serve("tcp:8000")) {
            CheckpointDevice device = lab.addDevice("alice");
            fullRoutes(device);
            PacketCounter arrived = PacketCounter.input(lab.network(), "arrived", "meta l4proto { tcp, icmp }");
            lab.start(POLICY);
            lab.networkUp("");

            awaitPing(device, "198.19.0.1");
            assertThat(Ping.answers(device.namespace(), "198.18.0.2")).isFalse();
            assertThat(Ping.answers(device.namespace(), BESIDE4)).isFalse();
            assertThat(device.curl("198.18.0.2", 8000, "--connect-timeout", "1")
                            .run()
                            .succeeded())
                    .isFalse();
            assertThat(arrived.count()).as("packets at the network").isZero();
            lab.networkDown("");
        }
    }

    @Test
    @DisplayName(
            "N14 cloud deployed: the VPC answers by grant and second factor, its metadata service and other VPCs never")
    void cloudDeployed() {
        try (CheckpointLab lab = open();
                Child machine = lab.serve("tcp:8000", "udp:53")) {
            CheckpointDevice device = lab.addDevice("alice");
            fullRoutes(device);
            serveMetadata(lab);
            lab.start(CLOUD_POLICY);
            lab.networkUp(CheckpointLab.NETWORK4);

            assertThat(device.udp("198.18.0.2", 53)).isEqualTo("answered");
            try (Child curl = device.curl("198.18.0.2", 8000).start()) {
                lab.approve(device, lab.awaitChallenge(device));
                assertThat(curl.awaitEnd(LIMIT).text()).contains("the page");
            }
            assertThat(machine.output()).contains("tcp 198.18.0.2 8000 198.18.0.1 ");
            assertThat(Ping.answers(lab.gateway(), METADATA)).isTrue();
            assertThat(Ping.answers(device.namespace(), METADATA)).isFalse();
            assertThat(device.curl(METADATA, 8000, "--connect-timeout", "1")
                            .run()
                            .succeeded())
                    .isFalse();
            assertThat(Ping.answers(device.namespace(), BESIDE4)).isFalse();
            lab.networkDown(CheckpointLab.NETWORK4);
        }
    }

    @Test
    @DisplayName(
            "N14 cloud deployed, masquerading off and a route in the VPC: its machines see the device's own address")
    void cloudDeployedWithRoute() {
        try (CheckpointLab lab = open();
                Child machine = lab.serve("udp:53")) {
            CheckpointDevice device = lab.addDevice("alice");
            lab.start(CLOUD_POLICY);
            lab.network()
                    .ip("route", "add", "198.19.0.0/24", "via", lab.gateway().outer4())
                    .orThrow();
            lab.networkUp(CheckpointLab.NETWORK4, "--masquerade", "never");

            assertThat(device.udp("198.18.0.2", 53)).isEqualTo("answered");
            assertThat(machine.output())
                    .contains("udp")
                    .contains(" " + device.namespace().inner4() + " ");
            lab.networkDown(CheckpointLab.NETWORK4);
        }
    }

    /// The service that every cloud has at this address, with everything that a device could want of it.
    private static void serveMetadata(CheckpointLab lab) {
        lab.network().addCableAddress(METADATA + "/32");
        lab.gateway()
                .ip("route", "add", METADATA, "via", lab.network().outer4())
                .orThrow();
    }

    private CheckpointLab open() {
        CheckpointLab lab = CheckpointLab.open(Subject.launcher(), Subject.counterpart(), folder);
        lab.network().addCableAddress(BESIDE4 + "/32");
        lab.network().addCableAddress(BESIDE6 + "/128");
        lab.gateway()
                .ip("route", "add", "198.18.200.0/24", "via", lab.network().outer4())
                .orThrow();
        lab.gateway()
                .ip(
                        "-6",
                        "route",
                        "add",
                        "fd00:198:200::/64",
                        "via",
                        lab.network().outer6())
                .orThrow();
        return lab;
    }

    /// Everything but the way to the server goes into the tunnel.
    private static void fullRoutes(CheckpointDevice device) {
        device.namespace()
                .ip("route", "add", "default", "dev", device.peer().name())
                .orThrow();
        device.namespace()
                .ip("-6", "route", "add", "default", "dev", device.peer().name())
                .orThrow();
    }

    private static void awaitPing(CheckpointDevice device, String address) {
        Await.until("an answer to a ping of " + address, LIMIT, () -> Ping.answers(device.namespace(), address));
    }
}
