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
import dev.sekisho.it.lab.Ping;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The second factor and default deny, as a stock client and everyday programs see them. One server for all; every test
/// has a user and a device of its own, since a user who refused three times is asked no more.
@NeedsNetns({"curl", "nft", "python3"})
class CheckpointIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int REFUSED = 7;
    private static final List<Integer> FILE_PORTS = List.of(80, 137, 138, 139, 445, 443);
    private static final String POLICY = """
        mfa: {timeout: %s}
        resources:
          - {name: web, cidr: 198.18.0.2, ports: "8000", protocol: tcp}
          - {name: web6, cidr: "fd00:198:18::2", ports: "8000", protocol: tcp}
          - {name: logs, cidr: 198.18.0.2, ports: "514", protocol: udp}
          - {name: files, cidr: 198.18.0.10, ports: "80,137,138,139,445,443"}
          - {name: lab, cidr: 198.18.0.11, ports: "*"}
          - {name: dns, cidr: 198.18.0.2, ports: "53"}
          - {name: ping, cidr: 198.18.0.2, ports: "0"}
          - {name: ping6, cidr: "fd00:198:18::2", ports: "0"}
        grants:
          - {resource: web, to: role:staff, name: to-the-web}
          - {resource: web6, to: role:staff}
          - {resource: logs, to: role:staff}
          - {resource: files, to: role:staff}
          - {resource: lab, to: role:staff}
          - {resource: dns, to: role:staff, mfa: false, name: to-dns}
          - {resource: ping, to: role:staff, mfa: false}
          - {resource: ping6, to: role:staff, mfa: false}
        """;
    private static final String NETWORKS = CheckpointLab.NETWORK4 + "," + CheckpointLab.NETWORK6;

    @TempDir
    private static Path folder = Path.of("");

    private static CheckpointLab lab;
    private static CheckpointDevice held;
    private static CheckpointDevice refused;
    private static CheckpointDevice late;
    private static CheckpointDevice files;
    private static CheckpointDevice every;
    private static CheckpointDevice plain;
    private static Child target;

    @BeforeAll
    static void start() {
        assumeTrue(Subject.isOurs(), "wireguard-go has no checkpoint");
        Subject.implementation();
        lab = CheckpointLab.open(Subject.launcher(), Subject.counterpart(), folder);
        held = lab.addDevice("held");
        refused = lab.addDevice("refused");
        late = lab.addDevice("late");
        files = lab.addDevice("files");
        every = lab.addDevice("every");
        plain = lab.addDevice("plain");
        lab.addTarget(10);
        lab.addTarget(11);
        target = lab.serve("tcp:8000,80,137,138,139,445,443,8001", "udp:53,514,9999");
        lab.start(POLICY.formatted("180s"));
        lab.networkUp(NETWORKS);
    }

    @AfterAll
    static void stop() {
        if (lab != null) {
            lab.networkDown(NETWORKS);
            target.close();
            lab.close();
        }
    }

    @Test
    @DisplayName("A08: curl is held, listed, approved by code, and gets its page on the same connection")
    void heldAndReleased() {
        PacketCounter sent = PacketCounter.output(held.namespace(), "sent", PacketCounter.SYN);
        PacketCounter arrived = PacketCounter.input(lab.network(), "arrived", "tcp dport 8000 " + PacketCounter.SYN);
        long before = connections("198.18.0.2 8000");
        try (Child curl = held.curl("198.18.0.2", 8000, "-w", "%{num_connects} %{http_code}")
                .start()) {
            String id = lab.awaitChallenge(held);
            JsonObject listed = lab.server()
                    .json("challenges")
                    .getAsJsonArray("challenges")
                    .get(0)
                    .getAsJsonObject();
            assertThat(listed.get("id").getAsString()).isEqualTo(id);
            assertThat(listed.get("user").getAsString()).isEqualTo("held");
            assertThat(listed.get("destination").getAsString()).isEqualTo("198.18.0.2:8000");
            assertThat(listed.get("resource").getAsString()).isEqualTo("web");
            Await.until("the client's kernel repeats its SYN", LIMIT, () -> sent.count() >= 2);
            assertThat(arrived.count()).as("SYNs at the target while held").isZero();
            assertThat(curl.isAlive()).as(curl.output()).isTrue();

            lab.approve(held, id);

            Outcome end = curl.awaitEnd(LIMIT);
            assertThat(end.text()).contains("the page").endsWith("1 200");
        }
        assertThat(arrived.count())
                .as("SYNs at the target; the client sent " + sent.count())
                .isEqualTo(1);
        assertThat(connections("198.18.0.2 8000") - before).as(target.output()).isEqualTo(1);
        assertThat(held.curl("198.18.0.2", 8000).run().text())
                .as("the approval holds for the next connection")
                .contains("the page");
        assertThat(lab.logged(held, "challenge-needed")).hasSize(1);
        JsonObject ended = lab.awaitLogged(held, "challenge-ended", "");
        assertThat(ended.get("outcome").getAsString()).isEqualTo("approved");
    }

    @Test
    @DisplayName("A08: denied: TCP is refused at once, UDP gets an ICMP error at once, and both are logged")
    void denied() {
        try (Child curl = refused.curl("198.18.0.2", 8000, "-v").start()) {
            lab.server().command("deny", lab.awaitChallenge(refused)).run().orThrow();

            Outcome end = curl.awaitEnd(LIMIT);
            assertThat(end.exitCode()).as(end.text()).isEqualTo(REFUSED);
            assertThat(end.text()).contains("Connection refused");
        }
        // The same address asks again only after a pause: refused at once, not held.
        Outcome again = refused.curl("198.18.0.2", 8000).run();
        assertThat(again.exitCode()).as(again.text()).isEqualTo(REFUSED);
        assertThat(refused.udp("198.18.0.2", 514)).isEqualTo("EHOSTUNREACH");
        assertThat(lab.awaitLogged(refused, "challenge-ended", "")
                        .get("outcome")
                        .getAsString())
                .isEqualTo("denied");
        assertThat(lab.challenges(refused)).isEmpty();
    }

    @Test
    @DisplayName("A08, A10: a wrong code changes nothing; a challenge that nobody answers ends in a refusal")
    void wrongCodeAndTimeOut() {
        lab.reload(POLICY.formatted("8s"));
        try (Child curl = late.curl("198.18.0.2", 8000).start()) {
            String id = lab.awaitChallenge(late);
            Outcome wrong = lab.server()
                    .command("approve", id)
                    .withInput(late.authenticator().wrongCode() + "\n")
                    .run();
            assertThat(wrong.exitCode()).isEqualTo(1);
            assertThat(wrong.err()).contains("the code is wrong").doesNotContain("\tat ");
            assertThat(curl.isAlive()).as(curl.output()).isTrue();

            Outcome end = curl.awaitEnd(LIMIT);
            assertThat(end.exitCode()).as(end.text()).isEqualTo(REFUSED);
            assertThat(lab.awaitLogged(late, "challenge-ended", "")
                            .get("outcome")
                            .getAsString())
                    .isEqualTo("expired");
            Outcome tooLate = lab.server()
                    .command("approve", id)
                    .withInput(late.authenticator().nextCode() + "\n")
                    .run();
            assertThat(tooLate.exitCode()).as(tooLate.text()).isEqualTo(1);
        } finally {
            lab.reload(POLICY.formatted("180s"));
        }
    }

    @Test
    @DisplayName("A04, A07, A09: six ports of a file server at once are one prompt")
    void onePromptForSixPorts() {
        List<Child> curls = new ArrayList<>();
        try {
            FILE_PORTS.forEach(port -> curls.add(files.curl("198.18.0.10", port).start()));
            PacketCounter sent = PacketCounter.output(files.namespace(), "repeated", PacketCounter.SYN);
            Await.until("each SYN was repeated", LIMIT, () -> sent.count() >= FILE_PORTS.size());

            lab.approve(files, lab.awaitChallenge(files));

            for (Child curl : curls) {
                assertThat(curl.awaitEnd(LIMIT).text()).contains("the page");
            }
        } finally {
            curls.forEach(Child::close);
        }
        assertThat(lab.logged(files, "challenge-needed")).hasSize(1);
    }

    @Test
    @DisplayName("A03: ports '*' ask once for every port")
    void onePromptForEachPort() {
        try (Child first = every.curl("198.18.0.11", 8000).start()) {
            lab.approve(every, lab.awaitChallenge(every));
            assertThat(first.awaitEnd(LIMIT).text()).contains("the page");
        }
        try (Child second = every.curl("198.18.0.11", 8001).start()) {
            lab.approve(every, lab.awaitChallenge(every));
            assertThat(second.awaitEnd(LIMIT).text()).contains("the page");
        }
        assertThat(every.curl("198.18.0.11", 8000).run().text()).contains("the page");
        assertThat(lab.logged(every, "challenge-needed"))
                .hasSize(2)
                .allMatch(line -> line.get("perPort").getAsBoolean());
    }

    @Test
    @DisplayName("A01, A05: name service without a second factor answers without a prompt")
    void nameServiceWithoutPrompt() {
        assertThat(plain.udp("198.18.0.2", 53)).isEqualTo("answered");
        assertThat(lab.logged(plain, "challenge-needed"))
                .noneMatch(line -> line.get("destination").getAsString().endsWith(":53"));
        JsonObject opened = lab.awaitLogged(plain, "flow-opened", "198.18.0.2:53");
        assertThat(opened.get("rule").getAsString()).isEqualTo("to-dns");
        assertThat(opened.get("user").getAsString()).isEqualTo("plain");
    }

    @Test
    @DisplayName("N18: without a grant nothing answers: another port, another host, the server itself, another device")
    void withoutGrantNothing() {
        assertThat(plain.udp("198.18.0.2", 53)).isEqualTo("answered");
        long before = target.output().lines().count();
        for (String address :
                List.of("198.18.0.1", "198.19.0.1", held.namespace().inner4(), "198.18.0.10")) {
            assertThat(Ping.run(plain.namespace(), address, 1, 1, "-W", "1").received())
                    .as("answers to a ping of " + address)
                    .isZero();
        }
        assertThat(plain.udp("198.18.0.2", 9999, 2)).isNotEqualTo("answered");
        Outcome curl = plain.curl("198.19.0.1", 22, "--connect-timeout", "1").run();
        assertThat(curl.succeeded()).as(curl.text()).isFalse();
        assertThat(target.output().lines().count()).as(target.output()).isEqualTo(before);
        JsonObject denied = lab.awaitLogged(plain, "flow-denied", "198.18.0.2:9999");
        assertThat(denied.get("reason").getAsString()).isEqualTo("no-grant");
        assertThat(Ping.answers(plain.namespace(), "198.18.0.2"))
                .as("what is granted still answers")
                .isTrue();
    }

    @Test
    @DisplayName("N17: a flow's end is logged with its ends, bytes, packets and rule")
    void flowsAreRecorded() {
        plain.namespace().run("sysctl", "-qw", "net.ipv4.tcp_max_tw_buckets=0"); // ended ports are free at once
        String[] samePort = {"--local-port", "40000"};
        try (Child curl = plain.curl("198.18.0.2", 8000, samePort).start()) {
            lab.approve(plain, lab.awaitChallenge(plain));
            assertThat(curl.awaitEnd(LIMIT).text()).contains("the page");
        }
        // The end of a connection counts after a while, or when its ports are used again.
        assertThat(plain.curl("198.18.0.2", 8000, samePort).run().text()).contains("the page");
        JsonObject closed = lab.awaitLogged(plain, "flow-closed", "198.18.0.2:8000");
        assertThat(closed.get("source").getAsString())
                .startsWith(plain.namespace().inner4() + ":");
        assertThat(closed.get("protocol").getAsString()).isEqualTo("tcp");
        assertThat(closed.get("rule").getAsString()).isEqualTo("to-the-web");
        assertThat(closed.get("verdict").getAsString()).isEqualTo("allowed");
        assertThat(closed.get("reason").getAsString()).isEqualTo("finished");
        // SYN, ACK, request, FIN, ... and their headers of 52 bytes; the page and its head.
        assertThat(closed.get("packetsToTarget").getAsLong()).isBetween(4L, 12L);
        assertThat(closed.get("bytesToTarget").getAsLong()).isBetween(200L, 1_500L);
        assertThat(closed.get("bytesToDevice").getAsLong()).isBetween(200L, 1_500L);
        assertThat(closed.get("end").getAsString())
                .isGreaterThan(closed.get("start").getAsString());
    }

    @Test
    @DisplayName("N19: IPv6 inside the tunnel is decided, held and released like IPv4")
    void ipv6() {
        assertThat(Ping.answers(plain.namespace(), "fd00:198:18::2")).isTrue();
        assertThat(Ping.answers(plain.namespace(), "fd00:198:18::1")).isFalse();
        try (Child curl = plain.curl("[fd00:198:18::2]", 8000).start()) {
            lab.approve(plain, lab.awaitChallenge(plain));
            assertThat(curl.awaitEnd(LIMIT).text()).contains("the page");
        }
        assertThat(lab.awaitLogged(plain, "flow-opened", "[fd00:198:18::2]:8000")
                        .get("rule")
                        .getAsString())
                .startsWith("web6/");
    }

    /// Connections that the machine behind the server accepted at this local address and port.
    private static long connections(String local) {
        return target.output()
                .lines()
                .filter(line -> line.startsWith("tcp " + local + " "))
                .count();
    }
}
