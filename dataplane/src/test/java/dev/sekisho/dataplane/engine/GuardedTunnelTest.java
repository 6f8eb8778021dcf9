package dev.sekisho.dataplane.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.dataplane.flow.CheckpointEvent;
import dev.sekisho.dataplane.flow.CloseReason;
import dev.sekisho.dataplane.flow.Denial;
import dev.sekisho.dataplane.flow.DeviceBinding;
import dev.sekisho.dataplane.flow.DeviceReport;
import dev.sekisho.dataplane.flow.Enforcement;
import dev.sekisho.dataplane.flow.MfaRules;
import dev.sekisho.dataplane.flow.ScanRules;
import dev.sekisho.dataplane.peer.Peer;
import dev.sekisho.dataplane.testkit.IpPacket;
import dev.sekisho.dataplane.testkit.PolicyBook;
import dev.sekisho.dataplane.wire.Endpoint;
import dev.sekisho.policy.DeviceId;
import dev.sekisho.policy.UserId;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A tunnel with a checkpoint at one end: what a device sends is sealed, opened, judged and only then passed on.
///
/// ```text
/// 10.66.0.2 client ~~~ tunnel ~~~ server [checkpoint] --- 10.0.1.0/24
///                                            \--- hand-off
/// ```
class GuardedTunnelTest {
    private static final String CLIENT = "10.66.0.2:40000";
    private static final String WEB = "10.0.1.5:443";
    private static final String DB = "10.0.1.5:5432";
    private static final int VIRTIO = 10;

    private final Tunnel client = new Tunnel("192.0.2.2:1002");
    private final Tunnel server = new Tunnel("192.0.2.1:1001", true);
    private final Peer serverAtClient = client.peer(Optional.of(server.address), "0.0.0.0/0");
    private final Peer clientAtServer = server.peer(Optional.of(client.address), "10.66.0.2/32");
    private final PolicyBook policy = new PolicyBook();

    @BeforeEach
    void connectAndEnforce() {
        Tunnel.connect(client, serverAtClient, server, clientAtServer);
        client.engine.flush(0);
        server.receiveAll(client);
        policy.user("alice")
                .resource("web", "10.0.1.0/24", "443")
                .resource("db", "10.0.1.0/24", "5432")
                .allow("web", "web", "alice")
                .allow("db", "db", "alice")
                .handOff("db", "5432");
        enforce();
    }

    @Test
    @Tag("N18")
    @DisplayName("N18: only what is granted leaves the tunnel, and only answers come back in")
    void onlyWhatIsGrantedLeavesTheTunnel() {
        byte[] syn = IpPacket.syn(CLIENT, WEB).build();
        fromClient(syn);
        fromClient(IpPacket.syn(CLIENT, "10.0.1.5:22").build());
        assertThat(server.frames).hasSize(1);
        assertThat(packet(server.frames.getFirst())).isEqualTo(syn);
        byte[] answer = IpPacket.tcp(WEB, CLIENT, IpPacket.SYN | IpPacket.ACK)
                .sequence(5000, 1001)
                .build();
        server.send(answer);
        server.send(IpPacket.syn("10.0.1.5:80", CLIENT).build());
        client.receiveAll(server);
        assertThat(client.frames).hasSize(1);
        assertThat(packet(client.frames.getFirst())).isEqualTo(answer);
        assertThat(server.engine.checkpoint().denials().count(Denial.NO_GRANT)).isEqualTo(2);
    }

    @Test
    @DisplayName("segments of a train pass as one super-packet, judged by their flow")
    void aTrainPassesMerged() {
        handshake(WEB);
        for (int i = 0; i < 4; i++) {
            client.offer(segment(WEB, i));
        }
        client.engine.flush(0);
        server.frames.clear();
        server.receiveAll(client);
        assertThat(server.frames).hasSize(1);
        assertThat(server.frames.getFirst()).hasSize(VIRTIO + 40 + 4000);
        assertThat(server.handOffFrames).isEmpty();
    }

    @Test
    @DisplayName("a super-packet for a device is judged once and split behind the checkpoint")
    void aSuperPacketReachesTheDevice() {
        handshake(WEB);
        client.frames.clear();
        byte[] large = IpPacket.tcp(WEB, CLIENT, IpPacket.ACK)
                .sequence(5001, 1001)
                .payload(3000)
                .build();
        server.engine.onTunFrame(0, server.scratch, 0, superFrame(large));
        server.engine.flush(0);
        assertThat(server.datagrams()).hasSize(3);
        client.receiveAll(server);
        assertThat(client.frames).hasSize(1); // merged again
        byte[] foreign = IpPacket.tcp("10.0.1.6:443", CLIENT, IpPacket.ACK)
                .sequence(5001, 1001)
                .payload(3000)
                .build();
        server.engine.onTunFrame(0, server.scratch, 0, superFrame(foreign));
        server.engine.flush(0);
        assertThat(server.datagrams()).isEmpty();
    }

    private int superFrame(byte[] packet) {
        ByteBuffer frame = ByteBuffer.allocate(VIRTIO + packet.length).order(ByteOrder.nativeOrder());
        frame.put((byte) 1).put((byte) 1).putShort((short) 40).putShort((short) 1000);
        frame.putShort((short) 20).putShort((short) 16).put(packet);
        server.scratch.asSlice(0, frame.capacity()).copyFrom(MemorySegment.ofArray(frame.array()));
        return frame.capacity();
    }

    @Test
    @Tag("M07")
    @DisplayName("M07: handed-off flows come out of the hand-off device, merged as well, and nowhere else")
    void handedOffFlowsGoToTheProxy() {
        handshake(DB);
        assertThat(server.handOffFrames).hasSize(2);
        for (int i = 0; i < 4; i++) {
            client.offer(segment(DB, i));
        }
        client.engine.flush(0);
        server.handOffFrames.clear();
        server.receiveAll(client);
        assertThat(server.handOffFrames).hasSize(1);
        assertThat(server.handOffFrames.getFirst()).hasSize(VIRTIO + 40 + 4000);
        assertThat(server.frames).isEmpty();
        assertThat(server.engine.nextDeadlineNanos()).as("nothing is owed").isPositive();
    }

    @Test
    @Tag("A08")
    @DisplayName("A08: a held SYN leaves the tunnel when its challenge is approved")
    void aHeldSynIsReleased() {
        policy.ask("web", "web", "alice");
        enforce();
        byte[] syn = IpPacket.syn(CLIENT, WEB).build();
        fromClient(syn);
        assertThat(server.frames).isEmpty();
        assertThat(server.engine.checkpoint().settle(0, challenge().id(), true)).isTrue();
        server.engine.flush(0);
        assertThat(server.frames).hasSize(1);
        assertThat(packet(server.frames.getFirst())).isEqualTo(syn);
    }

    @Test
    @Tag("A08")
    @DisplayName("A08: a challenge that nobody answers wakes the engine, and its reset reaches the device")
    void aTimeOutResetsTheDevice() {
        policy.ask("web", "web", "alice");
        enforce();
        fromClient(IpPacket.syn(CLIENT, WEB).build());
        server.advance(31 * Tunnel.SECOND);
        client.receiveAll(server);
        List<byte[]> resets = client.frames.stream()
                .map(GuardedTunnelTest::packet)
                .filter(p -> p.length == 40 && (p[33] & IpPacket.RST) != 0)
                .toList();
        assertThat(resets).hasSize(1);
    }

    @Test
    @Tag("I05")
    @DisplayName("I05, T16: spoofed inner sources go nowhere and lock their sender at the 26th destination")
    void spoofedSourcesAreSteps() {
        for (int port = 1; port <= 26; port++) {
            fromClient(IpPacket.syn("10.66.0.9:1", "10.0.1.5:" + port).build());
        }
        assertThat(server.frames).isEmpty();
        assertThat(server.drops(DropReason.SPOOFED_SOURCE)).isEqualTo(26);
        assertThat(server.checkpointEvents).last().isInstanceOf(CheckpointEvent.DeviceLocked.class);
        fromClient(IpPacket.syn(CLIENT, WEB).build());
        assertThat(server.frames).isEmpty();
    }

    @Test
    @Tag("R04")
    @DisplayName("R04: a revoked grant resets the target and the device at the next timeout, which is due at once")
    void revocationReachesBothEnds() {
        handshake(WEB);
        server.frames.clear();
        client.frames.clear();
        policy.revoke("web");
        enforce();
        assertThat(server.engine.nextDeadlineNanos()).isLessThanOrEqualTo(0);
        server.engine.onTimeout(0);
        client.receiveAll(server);
        assertThat(server.frames).hasSize(1);
        assertThat(packet(server.frames.getFirst())[33] & IpPacket.RST).isNotZero();
        assertThat(client.frames).hasSize(1);
        assertThat(packet(client.frames.getFirst())[33] & IpPacket.RST).isNotZero();
    }

    @Test
    @Tag("T11")
    @DisplayName("T11: a removed peer's flows end and are recorded")
    void aRemovedPeerEndsItsFlows() {
        handshake(WEB);
        server.engine.onCommand(0, new EngineCommand.RemovePeer(clientAtServer));
        assertThat(server.checkpointEvents)
                .last()
                .isInstanceOfSatisfying(
                        CheckpointEvent.FlowClosed.class,
                        closed -> assertThat(closed.reason()).isEqualTo(CloseReason.DEVICE_REMOVED));
    }

    @Test
    @Tag("N05")
    @DisplayName("a device that moves keeps its flows and what it was asked, and is asked anew from where it is")
    void aDeviceThatMovesKeepsWhatItHas() {
        policy.ask("db", "db", "alice");
        enforce();
        handshake(WEB);
        byte[] held = IpPacket.syn(CLIENT, DB).build();
        fromClient(held);
        CheckpointEvent.ChallengeNeeded asked = challenge();
        assertThat(clientAtServer.endpoint()).isEqualTo(client.address);
        List<DeviceReport> before = server.engine.checkpoint().devices();
        server.frames.clear();
        server.checkpointEvents.clear();

        Endpoint moved = Endpoint.parse("198.51.100.77:9");
        client.send(segment(WEB, 0));
        client.trains.forEach(train -> server.receive(moved, train));
        client.trains.clear();
        server.engine.flush(server.nowNanos);

        assertThat(clientAtServer.endpoint()).isEqualTo(moved);
        assertThat(server.frames).as("the flow goes on").hasSize(1);
        assertThat(server.checkpointEvents).as("nothing ends, nothing is asked").isEmpty();
        assertThat(server.engine.checkpoint().challenges(server.nowNanos)).containsExactly(asked);
        assertThat(server.engine.checkpoint().devices()).singleElement().satisfies(now -> {
            assertThat(now.flows()).isEqualTo(before.getFirst().flows());
            assertThat(now.lock()).isNull();
        });
        server.send(IpPacket.tcp(WEB, CLIENT, IpPacket.ACK)
                .sequence(5001, 2001)
                .payload(10)
                .build());
        assertThat(server.trains)
                .singleElement()
                .satisfies(train -> assertThat(train.to()).isEqualTo(moved));
        server.trains.clear();

        assertThat(server.engine.checkpoint().settle(server.nowNanos, asked.id(), true))
                .isTrue();
        server.engine.flush(server.nowNanos);
        assertThat(server.handOffFrames)
                .singleElement()
                .satisfies(frame -> assertThat(packet(frame)).isEqualTo(held));
    }

    @Test
    @Tag("I02")
    @DisplayName("I02: what waits for a key when its device is locked is never sent")
    void whatWaitsForAKeyIsDroppedByALock() {
        handshake(WEB);
        client.frames.clear();
        waitForAKey(WEB);
        assertThat(server.engine.checkpoint().lock(server.nowNanos, new DeviceId("laptop")))
                .isTrue();
        assertThat(server.engine.checkpoint().unlock(server.nowNanos, new DeviceId("laptop")))
                .isTrue();
        newKey();
        assertThat(payloads()).isEmpty();
    }

    @Test
    @Tag("R04")
    @DisplayName("R04: what waits for a key when its grant is revoked is never sent, the rest is")
    void whatWaitsForAKeyIsJudgedAgain() {
        policy.resource("mail", "10.0.1.0/24", "25").allow("mail", "mail", "alice");
        enforce();
        handshake(WEB);
        handshake("10.0.1.5:25");
        client.frames.clear();
        waitForAKey(WEB);
        waitForAKey("10.0.1.5:25");
        policy.revoke("web");
        enforce();
        newKey();
        assertThat(payloads())
                .singleElement()
                .satisfies(packet -> assertThat(packet[21]).as("from port 25").isEqualTo((byte) 25));
    }

    /// The server's packet for a device whose key is too old.
    private void waitForAKey(String from) {
        if (server.nowNanos == 0) {
            server.nowNanos = 200 * Tunnel.SECOND;
            client.nowNanos = server.nowNanos;
        }
        server.send(IpPacket.tcp(from, CLIENT, IpPacket.ACK)
                .sequence(5001, 1001)
                .payload(100)
                .build());
        assertThat(server.datagrams()).isEmpty();
        assertThat(clientAtServer.staged().size()).isPositive();
    }

    private void newKey() {
        Tunnel.connect(client, serverAtClient, server, clientAtServer);
        client.engine.flush(client.nowNanos);
        server.receiveAll(client);
        server.engine.flush(server.nowNanos);
        client.receiveAll(server);
        assertThat(clientAtServer.staged().size()).as("nothing waits").isZero();
    }

    /// What has reached the client, but for resets.
    private List<byte[]> payloads() {
        return client.frames.stream()
                .map(GuardedTunnelTest::packet)
                .filter(packet -> packet.length > 40)
                .toList();
    }

    private void enforce() {
        MfaRules mfa = new MfaRules(900 * Tunnel.SECOND, 0, 30 * Tunnel.SECOND);
        DeviceBinding binding = new DeviceBinding(new DeviceId("laptop"), new UserId("alice"));
        server.engine
                .checkpoint()
                .enforce(
                        server.nowNanos,
                        new Enforcement(
                                policy.compile(),
                                Map.of(clientAtServer.publicKey(), binding),
                                mfa,
                                ScanRules.DEFAULT,
                                Map.of()));
    }

    private CheckpointEvent.ChallengeNeeded challenge() {
        return (CheckpointEvent.ChallengeNeeded) server.checkpointEvents.getLast();
    }

    private void fromClient(byte[] packet) {
        client.send(packet);
        server.receiveAll(client);
    }

    /// Three-way handshake from the client to `target`.
    private void handshake(String target) {
        fromClient(IpPacket.syn(CLIENT, target).build());
        server.send(IpPacket.tcp(target, CLIENT, IpPacket.SYN | IpPacket.ACK)
                .sequence(5000, 1001)
                .build());
        client.receiveAll(server);
        fromClient(
                IpPacket.tcp(CLIENT, target, IpPacket.ACK).sequence(1001, 5001).build());
    }

    private static byte[] segment(String target, int number) {
        return IpPacket.tcp(CLIENT, target, IpPacket.ACK)
                .sequence(1001 + 1000 * number, 5001)
                .payload(1000)
                .build();
    }

    private static byte[] packet(byte[] frame) {
        return Arrays.copyOfRange(frame, VIRTIO, frame.length);
    }
}
