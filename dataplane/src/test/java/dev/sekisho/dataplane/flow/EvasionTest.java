package dev.sekisho.dataplane.flow;

import static dev.sekisho.dataplane.flow.CheckpointLab.ALICE;
import static dev.sekisho.dataplane.flow.CheckpointLab.ALICE6;
import static dev.sekisho.dataplane.flow.CheckpointLab.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.dataplane.testkit.IpPacket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Ways round the checkpoint that must not exist, for a device to which everything is open: what is stopped
/// here is stopped for its form.
class EvasionTest {
    private static final String WEB = "10.0.1.5:443";
    private static final String WEB6 = "[2001:db8:1::5]:443";

    private final CheckpointLab lab = new CheckpointLab();

    @BeforeEach
    void openAll() {
        lab.scan = ScanRules.of(1000, 1_000_000_000L);
        lab.policy
                .resource("all", "0.0.0.0/0", "*")
                .resource("all6", "::/0", "*")
                .allow("all", "all", "alice")
                .allow("all6", "all6", "alice");
        lab.enforce();
    }

    static Stream<Arguments> stopped() {
        return Stream.of(
                // T18: IPv4 options
                stop("T18 loose source route", IpPacket.syn(ALICE, WEB).options(131, 7, 4, 10, 0, 9, 1, 0)),
                stop("T18 strict source route", IpPacket.syn(ALICE, WEB).options(137, 7, 4, 10, 0, 9, 1, 0)),
                stop("T18 option of length 0", IpPacket.syn(ALICE, WEB).options(7, 0, 0, 0)),
                stop("T18 option of length 1", IpPacket.syn(ALICE, WEB).options(7, 1, 0, 0)),
                stop("T18 option over the end", IpPacket.syn(ALICE, WEB).options(7, 9, 4, 0)),
                // T20: extension headers
                stop("T20 routing header 0", IpPacket.syn(ALICE6, WEB6).extension(43, 0, 1)),
                stop("T20 segments left", IpPacket.syn(ALICE6, WEB6).extension(43, 4, 1)),
                stop(
                        "T20 hop-by-hop second",
                        IpPacket.syn(ALICE6, WEB6).extension(60, 1, 4).extension(0, 1, 4)),
                stop("T20 jumbogram", IpPacket.syn(ALICE6, WEB6).extension(0, 0xc2, 4, 0, 1, 0, 0)),
                stop("T20 home address", IpPacket.syn(ALICE6, WEB6).extension(60, 0xc9, 4)),
                stop("T20 forty headers", forty()),
                // T21: forms of an IPv4 address
                stop("T21 mapped", IpPacket.syn(ALICE6, "[64:ff9b::a00:105]:443")),
                stop("T21 NAT64 of RFC 8215", IpPacket.syn(ALICE6, "[64:ff9b:1::a00:105]:443")),
                stop("T21 6to4", IpPacket.syn(ALICE6, "[2002:a00:105::1]:443")),
                stop("T21 Teredo", IpPacket.syn(ALICE6, "[2001:0:a00:105::1]:443")),
                stop("T21 compatible", IpPacket.syn(ALICE6, "[::a00:105]:443")),
                // T17: destinations that are nobody's
                stop("T17 loopback", IpPacket.syn(ALICE, "127.0.0.1:443")),
                stop("T17 IPv6 loopback", IpPacket.syn(ALICE6, "[::1]:443")),
                stop("T17 unspecified", IpPacket.syn(ALICE, "0.0.0.0:443")),
                stop("T17 broadcast", IpPacket.udp(ALICE, "255.255.255.255:67")),
                stop("T17 IPv6 multicast", IpPacket.udp(ALICE6, "[ff02::1]:5353")),
                stop("T17 itself", IpPacket.syn(ALICE, "10.66.0.2:443")),
                // T26 and forms
                stop("T26 TTL 0", IpPacket.syn(ALICE, WEB).hops(0)),
                stop("T26 hop limit 0", IpPacket.syn(ALICE6, WEB6).hops(0)),
                stop("wrong IPv4 checksum", IpPacket.syn(ALICE, WEB).brokenChecksum()),
                stop("TCP port 0", IpPacket.syn(ALICE, "10.0.1.5:0")),
                stop("ICMPv6 in IPv4", IpPacket.other(58, ALICE, WEB)),
                stop("ICMP in IPv6", IpPacket.other(1, ALICE6, WEB6)));
    }

    private static IpPacket forty() {
        IpPacket packet = IpPacket.syn(ALICE6, WEB6);
        for (int i = 0; i < 40; i++) {
            packet.extension(60, 1, 4);
        }
        return packet;
    }

    private static Arguments stop(String name, IpPacket packet) {
        return Arguments.of(name, packet.build());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("stopped")
    void isStoppedForItsForm(String name, byte[] packet) {
        assertThat(lab.send(lab.alice, packet)).isEqualTo(Passage.STOP);
        assertThat(lab.flows()).isEmpty();
        assertThat(lab.denials(Denial.MALFORMED) + lab.denials(Denial.UNROUTABLE))
                .as("what stopped it")
                .isEqualTo(1);
    }

    @Test
    @Tag("T21")
    @DisplayName("T21: a grant of 0.0.0.0/0 opens no IPv6")
    void allOfIpv4IsNoIpv6() {
        lab.policy.revoke("all6");
        lab.enforce();
        assertThat(lab.send(lab.alice, IpPacket.syn(ALICE, WEB))).isEqualTo(Passage.PASS);
        assertThat(lab.send(lab.alice, IpPacket.syn(ALICE6, WEB6))).isEqualTo(Passage.STOP);
        assertThat(lab.denials(Denial.NO_GRANT)).isEqualTo(1);
    }

    @Test
    @Tag("T21")
    @DisplayName("T21: a mapped IPv4 address is no way to a grant of its IPv4 form, in either place")
    void mappedAddressesPassNowhere() {
        byte[] packet = IpPacket.syn(ALICE6, WEB6).build();
        byte[] mapped = packet.clone();
        ByteBuffer.wrap(mapped).putLong(24, 0).putLong(32, 0x0000_ffff_0a00_0105L);
        assertThat(lab.send(lab.alice, mapped)).isEqualTo(Passage.STOP);
        ByteBuffer.wrap(packet).putLong(8, 0).putLong(16, 0x0000_ffff_0a42_0002L);
        assertThat(lab.send(lab.alice, packet)).isEqualTo(Passage.STOP);
        lab.connect(lab.alice, ALICE, WEB);
        byte[] toAlice = CheckpointLab.answer(WEB6, ALICE6).build();
        ByteBuffer.wrap(toAlice).putLong(8, 0).putLong(16, 0x0000_ffff_0a00_0105L);
        ByteBuffer.wrap(toAlice).putLong(24, 0).putLong(32, 0x0000_ffff_0a42_0002L);
        assertThat(lab.deliver(lab.alice, toAlice)).isFalse();
    }

    @Test
    @DisplayName("An address that may be a destination and not a source does not answer on its own flow")
    void reservedAddressesDoNotAnswer() {
        lab.policy.resource("all", "0.0.0.0/0", "443");
        lab.enforce();
        lab.send(lab.alice, IpPacket.udp(ALICE, "240.0.0.5:443"));
        assertThat(lab.flows()).hasSize(1);
        assertThat(lab.deliver(lab.alice, IpPacket.udp("240.0.0.5:443", ALICE))).isFalse();
        assertThat(lab.denials(Denial.MALFORMED)).isEqualTo(1);
    }

    @Test
    @DisplayName("T18, T20: what is harmless still passes, and its ports are those behind the options")
    void harmlessFormsPass() {
        lab.policy.resource("all", "0.0.0.0/0", "443").resource("all6", "::/0", "443");
        lab.enforce();
        assertThat(lab.send(lab.alice, IpPacket.syn(ALICE, WEB).options(148, 4, 0, 0)))
                .isEqualTo(Passage.PASS);
        assertThat(lab.send(
                        lab.alice, IpPacket.syn(ALICE6, WEB6).extension(0, 1, 4).extension(60, 1, 4)))
                .isEqualTo(Passage.PASS);
        assertThat(lab.flows())
                .extracting(flow -> flow.tuple().destinationPort())
                .containsOnly(443);
        // At the fixed place of a header without options stands port 443.
        assertThat(lab.send(lab.alice, IpPacket.syn(ALICE, "10.0.1.5:22").options(1, 1, 1, 187)))
                .isEqualTo(Passage.STOP);
    }

    @Tag("T24")
    @ParameterizedTest(name = "T24: protocol {0} passes neither way, whatever is granted")
    @ValueSource(
            ints = {
                0, 2, 3, 4, 8, 9, 12, 27, 33, 41, 46, 47, 50, 51, 55, 84, 88, 89, 94, 97, 103, 108, 112, 115, 132, 136,
                137, 139, 253, 255
            })
    void otherProtocolsPassNeitherWay(int protocol) {
        assertThat(lab.send(lab.alice, IpPacket.other(protocol, ALICE, WEB))).isEqualTo(Passage.STOP);
        assertThat(lab.deliver(lab.alice, IpPacket.other(protocol, WEB, ALICE))).isFalse();
    }

    @ParameterizedTest(name = "flags {0} open nothing, from either side, whatever is granted")
    @ValueSource(ints = {16, 4, 4 | 16, 1 | 16, 2 | 16, 8 | 16, 1 | 8 | 16})
    void onlyASynOpensAConnection(int flags) {
        lab.policy.resource("laptop", "10.66.0.2", "22").allow("admin", "laptop", "net:10.0.1.0/24");
        lab.enforce();
        assertThat(lab.send(lab.alice, IpPacket.tcp(ALICE, WEB, flags))).isEqualTo(Passage.STOP);
        assertThat(lab.deliver(lab.alice, IpPacket.tcp("10.0.1.5:443", "10.66.0.2:22", flags)))
                .isFalse();
        assertThat(lab.flows()).isEmpty();
    }

    @Test
    @DisplayName("an answer to a ping that nobody sent opens nothing, from either side")
    void aPingsAnswerOpensNothing() {
        lab.policy.resource("laptop", "10.66.0.2", "0").allow("admin", "laptop", "net:10.0.1.0/24");
        lab.enforce();
        assertThat(lab.send(lab.alice, IpPacket.pong("10.66.0.2:7", "10.0.1.5")))
                .isEqualTo(Passage.STOP);
        assertThat(lab.deliver(lab.alice, IpPacket.pong("10.0.1.5:7", "10.66.0.2")))
                .isFalse();
        assertThat(lab.flows()).isEmpty();
        assertThat(lab.deliver(lab.alice, IpPacket.ping("10.0.1.5:7", "10.66.0.2")))
                .as("a ping does")
                .isTrue();
    }

    @Test
    @Tag("T19")
    @DisplayName("T19: fragments of a granted datagram follow their first one, in any order among them")
    void fragmentsFollow() {
        IpPacket datagram = IpPacket.udp(ALICE, WEB).payload(88);
        assertThat(lab.send(lab.alice, datagram.piece(7, 0, 32, true))).isEqualTo(Passage.PASS);
        assertThat(lab.send(lab.alice, datagram.piece(7, 64, 32, false))).isEqualTo(Passage.PASS);
        assertThat(lab.send(lab.alice, datagram.piece(7, 32, 32, true))).isEqualTo(Passage.PASS);
        assertThat(lab.send(lab.alice, datagram.piece(7, 32, 32, true)))
                .as("complete")
                .isEqualTo(Passage.STOP);
        assertThat(lab.flows())
                .singleElement()
                .satisfies(flow -> assertThat(flow.traffic().packetsToTarget()).isEqualTo(3));
        IpPacket six = IpPacket.udp(ALICE6, WEB6).payload(88);
        assertThat(lab.send(lab.alice, six.piece(7, 0, 48, true))).isEqualTo(Passage.PASS);
        assertThat(lab.send(lab.alice, six.piece(7, 48, 48, false))).isEqualTo(Passage.PASS);
    }

    @Test
    @Tag("T19")
    @DisplayName("T19: orphans, overlaps, tiny and endless fragments, and those of another device, go nowhere")
    void badFragmentsGoNowhere() {
        IpPacket datagram = IpPacket.udp(ALICE, WEB).payload(88);
        assertThat(lab.send(lab.alice, datagram.piece(1, 32, 32, true)))
                .as("orphan")
                .isEqualTo(Passage.STOP);
        assertThat(lab.send(lab.alice, datagram.piece(2, 0, 32, true))).isEqualTo(Passage.PASS);
        assertThat(lab.send(lab.alice, datagram.piece(2, 24, 32, true)))
                .as("overlap")
                .isEqualTo(Passage.STOP);
        assertThat(lab.send(lab.alice, datagram.piece(2, 0, 32, true)))
                .as("first again")
                .isEqualTo(Passage.STOP);
        assertThat(lab.send(lab.alice, datagram.piece(3, 32, 32, true)))
                .as("other id")
                .isEqualTo(Passage.STOP);
        assertThat(lab.send(lab.bob, datagram.piece(2, 32, 32, true)))
                .as("other device")
                .isEqualTo(Passage.STOP);
        assertThat(lab.send(lab.alice, datagram.piece(2, 32, 32, true)))
                .as("the other device has not taken its place")
                .isEqualTo(Passage.PASS);
        assertThat(lab.send(lab.alice, datagram.piece(2, 65_528, 32, false)))
                .as("ping of death")
                .isEqualTo(Passage.STOP);
        assertThat(lab.send(lab.alice, IpPacket.syn(ALICE, WEB).piece(4, 0, 16, true)))
                .as("tiny")
                .isEqualTo(Passage.STOP);
        long malformed = lab.denials(Denial.MALFORMED);
        for (int offset : new int[] {8, 16}) {
            assertThat(lab.send(lab.alice, IpPacket.syn(ALICE, WEB).payload(40).piece(5, offset, 24, true)))
                    .as("over the flags, at " + offset)
                    .isEqualTo(Passage.STOP);
        }
        assertThat(lab.denials(Denial.MALFORMED)).as("for its form").isEqualTo(malformed + 2);
        lab.nowNanos += Duration.ofSeconds(31).toNanos();
        assertThat(lab.send(lab.alice, datagram.piece(2, 64, 32, true)))
                .as("too late")
                .isEqualTo(Passage.STOP);
    }

    @Test
    @Tag("T19")
    @DisplayName("T19: later fragments end with their flow's grant, and with its second factor")
    void laterFragmentsObeyThePolicy() {
        lab.policy.resource("db", "10.9.0.0/24", "53").allow("db", "db", "alice");
        lab.enforce();
        IpPacket datagram = IpPacket.udp(ALICE, "10.9.0.1:53").payload(88);
        assertThat(lab.send(lab.alice, datagram.piece(7, 0, 32, true))).isEqualTo(Passage.PASS);
        lab.policy.deny("no", "db", "alice");
        lab.enforce();
        assertThat(lab.send(lab.alice, datagram.piece(7, 32, 32, true))).isEqualTo(Passage.STOP);
    }

    @Test
    @Tag("T23")
    @DisplayName("T23: errors pass only when they quote a live flow of the one that gets them")
    void errorsMustQuoteALiveFlow() {
        lab.connect(lab.alice, ALICE, WEB);
        byte[] sent = CheckpointLab.data(ALICE, WEB).payload(20).build();
        assertThat(lab.deliver(lab.alice, IpPacket.error("10.0.1.1", sent, 3, 4, 1200)))
                .as("path MTU")
                .isTrue();
        assertThat(lab.deliver(lab.alice, IpPacket.error("10.0.1.1", sent, 11, 0, 0)))
                .as("time exceeded")
                .isTrue();
        assertThat(lab.deliver(lab.alice, IpPacket.error("10.0.1.1", sent, 3, 4, 68)))
                .as("MTU of 68")
                .isFalse();
        assertThat(lab.deliver(lab.alice, IpPacket.error("10.0.1.1", sent, 5, 1, 0)))
                .as("redirect")
                .isFalse();
        byte[] otherPort = CheckpointLab.data("10.66.0.2:40001", WEB).build();
        assertThat(lab.deliver(lab.alice, IpPacket.error("10.0.1.1", otherPort, 3, 3, 0)))
                .isFalse();
        byte[] otherSequence =
                CheckpointLab.data(ALICE, WEB).sequence(0x7000_0000, 1).build();
        assertThat(lab.deliver(lab.alice, IpPacket.error("10.0.1.1", otherSequence, 3, 3, 0)))
                .isFalse();
        byte[] nested = IpPacket.error("10.0.1.1", sent, 3, 3, 0);
        assertThat(lab.deliver(lab.alice, IpPacket.error("10.0.1.1", nested, 3, 3, 0)))
                .as("nested")
                .isFalse();
        byte[] got = CheckpointLab.answer(WEB, ALICE).payload(20).build();
        assertThat(lab.send(lab.alice, IpPacket.error("10.66.0.2", got, 3, 4, 1200)))
                .isEqualTo(Passage.PASS);
        assertThat(lab.send(lab.bob, IpPacket.error("10.66.0.3", got, 3, 3, 0)))
                .as("about another device's flow")
                .isEqualTo(Passage.STOP);
        byte[] ofBob = CheckpointLab.answer(WEB, BOB).build();
        assertThat(lab.send(lab.bob, IpPacket.error("10.66.0.3", ofBob, 3, 3, 0)))
                .isEqualTo(Passage.STOP);
    }

    @Test
    @Tag("T29")
    @DisplayName("T29: a network opens flows to a device by a grant of its own only")
    void networksNeedAGrantToo() {
        assertThat(lab.deliver(lab.alice, IpPacket.syn(WEB, "10.66.0.2:22"))).isFalse();
        lab.policy.resource("laptop", "10.66.0.2", "22").allow("admin", "laptop", "net:10.0.1.0/24");
        lab.enforce();
        assertThat(lab.deliver(lab.alice, IpPacket.syn("10.0.2.5:443", "10.66.0.2:22")))
                .isFalse();
        assertThat(lab.deliver(lab.alice, IpPacket.syn("10.0.1.5:443", "10.66.0.2:23")))
                .isFalse();
        assertThat(lab.deliver(lab.alice, IpPacket.syn("10.0.1.5:443", "10.66.0.2:22")))
                .isTrue();
        var opened = lab.last(CheckpointEvent.FlowOpened.class);
        assertThat(opened.fromDevice()).isFalse();
        assertThat(opened.tuple()).hasToString("10.0.1.5:443 > 10.66.0.2:22/tcp");
        IpPacket answer = IpPacket.tcp("10.66.0.2:22", "10.0.1.5:443", IpPacket.SYN | IpPacket.ACK);
        assertThat(lab.send(lab.alice, answer)).isEqualTo(Passage.PASS);
    }

    @Test
    @Tag("T29")
    @DisplayName("T29: who was pinged may answer, but not ping back")
    void whoWasPingedMayNotPingBack() {
        assertThat(lab.send(lab.alice, IpPacket.ping("10.66.0.2:7", "10.0.1.5")))
                .isEqualTo(Passage.PASS);
        assertThat(lab.deliver(lab.alice, IpPacket.ping("10.0.1.5:7", "10.66.0.2")))
                .isFalse();
        assertThat(lab.deliver(lab.alice, IpPacket.pong("10.0.1.5:8", "10.66.0.2")))
                .isFalse();
        assertThat(lab.deliver(lab.alice, IpPacket.pong("10.0.1.5:7", "10.66.0.2")))
                .isTrue();
    }

    @Test
    @Tag("T17")
    @DisplayName("T17: one device reaches another by a grant only, and pays with its own second factor")
    void devicesReachEachOtherByGrant() {
        lab.policy.resource("bobs", "10.66.0.3", "22").revoke("all");
        lab.enforce();
        assertThat(lab.send(lab.alice, IpPacket.syn(ALICE, "10.66.0.3:22"))).isEqualTo(Passage.STOP);
        assertThat(lab.deliver(lab.bob, IpPacket.syn(ALICE, "10.66.0.3:22"))).isFalse();
        lab.policy.ask("ssh", "bobs", "alice");
        lab.enforce();
        assertThat(lab.send(lab.alice, IpPacket.syn(ALICE, "10.66.0.3:22"))).isEqualTo(Passage.STOP);
        lab.answer(true);
        assertThat(lab.released).hasSize(1);
        assertThat(lab.deliver(lab.bob, IpPacket.syn(ALICE, "10.66.0.3:22"))).isTrue();
        assertThat(lab.send(lab.bob, IpPacket.syn(BOB, "10.66.0.2:22"))).isEqualTo(Passage.STOP);
    }
}
