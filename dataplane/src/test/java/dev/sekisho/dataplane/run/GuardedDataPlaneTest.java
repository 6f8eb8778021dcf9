package dev.sekisho.dataplane.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.crypto.Entropy;
import dev.sekisho.crypto.SecretKey;
import dev.sekisho.dataplane.flow.CheckpointEvent;
import dev.sekisho.dataplane.flow.CloseReason;
import dev.sekisho.dataplane.flow.DeviceBinding;
import dev.sekisho.dataplane.flow.Enforcement;
import dev.sekisho.dataplane.flow.FlowStatus;
import dev.sekisho.dataplane.flow.LockReason;
import dev.sekisho.dataplane.flow.MfaRules;
import dev.sekisho.dataplane.flow.ScanRules;
import dev.sekisho.dataplane.noise.LocalIdentity;
import dev.sekisho.dataplane.noise.PublicKey;
import dev.sekisho.dataplane.testkit.IpPacket;
import dev.sekisho.dataplane.testkit.PolicyBook;
import dev.sekisho.dataplane.wire.Endpoint;
import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.DeviceId;
import dev.sekisho.policy.UserId;
import dev.sekisho.tun.Links;
import dev.sekisho.tun.Platform;
import dev.sekisho.tun.Poller;
import dev.sekisho.tun.TunDevice;
import dev.sekisho.tun.UdpOptions;
import dev.sekisho.tun.UdpSocket;
import dev.sekisho.tun.memory.MemoryNetwork;
import dev.sekisho.tun.memory.MemoryPlatform;
import dev.sekisho.tun.memory.MemoryTun;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A data plane with a checkpoint, its threads and its listener, and a plain one that is its client.
///
/// ```text
/// 10.66.0.2 [tun] client 192.0.2.2:1002 ~~~ switch ~~~ 192.0.2.1:1001 server [tun, hand-off] 10.0.1.0/24
/// ```
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class GuardedDataPlaneTest {
    private static final String CLIENT = "10.66.0.2:40000";
    private static final String WEB = "10.0.1.5:443";
    private static final String DB = "10.0.1.5:5432";
    private static final DeviceId LAPTOP = new DeviceId("laptop");

    private final MemoryNetwork network = new MemoryNetwork(7);
    private final Map<String, MemoryTun> tuns = new ConcurrentHashMap<>();
    private final BlockingQueue<CheckpointEvent> events = new LinkedBlockingQueue<>();
    private volatile Consumer<CheckpointEvent> listener = events::add;
    private final SecretKey clientKey = SecretKey.generate(Entropy.system());
    private final SecretKey serverKey = SecretKey.generate(Entropy.system());
    private final PolicyBook policy = new PolicyBook();
    private final DataPlane client = open("192.0.2.2", "skclient", Optional.empty());
    private final DataPlane server = open(
            "192.0.2.1",
            "skserver",
            Optional.of(new Guard(32_768, Optional.of("skhandoff"), event -> listener.accept(event))));

    private DataPlane open(String address, String name, Optional<Guard> guard) {
        Platform platform = new Remembering(network.node(Cidr.parseAddress(address)));
        DataPlane plane = DataPlane.open(DataPlaneOptions.of(name).withWorkers(2), guard, platform);
        platform.links().up(plane.interfaceIndex());
        return plane;
    }

    @BeforeEach
    void meet() {
        configure(client, clientKey, 1002, serverKey, "192.0.2.1:1001", "10.0.0.0/8");
        configure(server, serverKey, 1001, clientKey, "192.0.2.2:1002", "10.66.0.2/32");
        policy.user("alice")
                .resource("web", "10.0.1.0/24", "443")
                .resource("db", "10.0.1.0/24", "5432")
                .allow("web", "web", "alice")
                .allow("db", "db", "alice")
                .handOff("db", "5432");
        enforce();
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    @Test
    @Tag("N17")
    @DisplayName("N17: what is granted passes, and the listener hears of it")
    void whatIsGrantedPasses() throws Exception {
        byte[] syn = IpPacket.syn(CLIENT, WEB).build();
        tun("skclient").putPacket(IpPacket.syn(CLIENT, "10.0.1.5:22").build());
        tun("skclient").putPacket(syn);
        assertThat(tun("skserver").takePacket()).isEqualTo(syn);
        assertThat(next(CheckpointEvent.FlowDenied.class).tuple()).hasToString("10.66.0.2:40000 > 10.0.1.5:22/tcp");
        assertThat(next(CheckpointEvent.FlowOpened.class).user()).isEqualTo(new UserId("alice"));
        assertThat(server.checkpoint().flows(10))
                .singleElement()
                .satisfies(flow -> assertThat(flow.tuple()).hasToString("10.66.0.2:40000 > 10.0.1.5:443/tcp"));
        assertThat(server.checkpoint().devices())
                .singleElement()
                .satisfies(device -> assertThat(device.device()).isEqualTo(LAPTOP));
    }

    @Test
    @Tag("A08")
    @DisplayName("A08: a held SYN is released when the challenge is settled")
    void aHeldSynIsReleased() throws Exception {
        policy.ask("web", "web", "alice");
        enforce();
        byte[] syn = IpPacket.syn(CLIENT, WEB).build();
        tun("skclient").putPacket(syn);
        var challenge = next(CheckpointEvent.ChallengeNeeded.class);
        assertThat(server.checkpoint().challenges())
                .extracting(CheckpointEvent.ChallengeNeeded::id)
                .containsExactly(challenge.id());
        assertThat(tun("skserver").pollFrame()).isNull();
        assertThat(server.checkpoint().settle(challenge.id() + 1, true)).isFalse();
        assertThat(server.checkpoint().settle(challenge.id(), true)).isTrue();
        assertThat(tun("skserver").takePacket()).isEqualTo(syn);
    }

    @Test
    @Tag("A08")
    @DisplayName("A08: a denied one is reset through the tunnel")
    void aDeniedSynIsReset() throws Exception {
        policy.ask("web", "web", "alice");
        enforce();
        tun("skclient").putPacket(IpPacket.syn(CLIENT, WEB).build());
        assertThat(server.checkpoint()
                        .settle(next(CheckpointEvent.ChallengeNeeded.class).id(), false))
                .isTrue();
        assertThat(tun("skclient").takePacket()[33] & IpPacket.RST).isNotZero();
    }

    @Test
    @Tag("M07")
    @DisplayName("M07: a handed-off connection comes out of the hand-off device, and the proxy learns whose it is")
    void aProxyLearnsTheOrigin() throws Exception {
        byte[] syn = IpPacket.syn(CLIENT, DB).build();
        tun("skclient").putPacket(syn);
        assertThat(tun("skhandoff").takePacket()).isEqualTo(syn);
        Optional<FlowStatus> origin = server.checkpoint()
                .origin(
                        new InetSocketAddress(Cidr.parseAddress("10.66.0.2"), 40_000),
                        new InetSocketAddress(Cidr.parseAddress("10.0.1.5"), 5432));
        assertThat(origin).hasValueSatisfying(flow -> assertThat(flow.device()).isEqualTo(LAPTOP));
        assertThat(server.checkpoint()
                        .origin(
                                new InetSocketAddress(Cidr.parseAddress("10.66.0.2"), 40_001),
                                new InetSocketAddress(Cidr.parseAddress("10.0.1.5"), 5432)))
                .isEmpty();
        byte[] answer = IpPacket.tcp(DB, CLIENT, IpPacket.SYN | IpPacket.ACK)
                .sequence(5000, 1001)
                .build();
        tun("skhandoff").putPacket(answer);
        assertThat(tun("skclient").takePacket()).isEqualTo(answer);
    }

    @Test
    @Tag("I02")
    @DisplayName("I02: a lock counts when the call returns, until the unlock")
    void aLockCountsAtOnce() throws Exception {
        byte[] syn = IpPacket.syn(CLIENT, WEB).build();
        tun("skclient").putPacket(syn);
        assertThat(tun("skserver").takePacket()).isEqualTo(syn);
        assertThat(server.checkpoint().lock(new DeviceId("nobody"))).isFalse();
        assertThat(server.checkpoint().lock(LAPTOP)).isTrue();
        assertThat(next(CheckpointEvent.DeviceLocked.class).reason()).isEqualTo(LockReason.ADMIN);
        assertThat(next(CheckpointEvent.FlowClosed.class).reason()).isEqualTo(CloseReason.DEVICE_LOCKED);
        assertThat(server.checkpoint().flows(10)).isEmpty();
        tun("skclient").putPacket(syn);
        next(CheckpointEvent.FlowDenied.class);
        assertThat(server.checkpoint().unlock(LAPTOP)).isTrue();
        tun("skserver").takePacket(); // the reset of the flow that the lock ended
        tun("skclient").putPacket(syn);
        assertThat(tun("skserver").takePacket()).isEqualTo(syn);
    }

    @Test
    @Tag("R04")
    @DisplayName("R04: a policy without the grant resets a silent flow's target")
    void revocationReachesTheTarget() throws Exception {
        byte[] syn = IpPacket.syn(CLIENT, WEB).build();
        tun("skclient").putPacket(syn);
        assertThat(tun("skserver").takePacket()).isEqualTo(syn);
        policy.revoke("web");
        enforce();
        assertThat(tun("skserver").takePacket()[33] & IpPacket.RST).isNotZero();
        assertThat(next(CheckpointEvent.FlowClosed.class).reason()).isEqualTo(CloseReason.REVOKED);
    }

    @Test
    @DisplayName("without a guard there is no checkpoint to ask")
    void noGuardNoCheckpoint() {
        assertThatThrownBy(client::checkpoint).isInstanceOf(IllegalStateException.class);
    }

    @Test
    @Tag("N17")
    @DisplayName(
            "N17: closed with more to record than its ring holds, it waits for a listener that is busy, undisturbed")
    void aBusyListenerGetsAllEnds() throws Exception {
        int flows = 9000; // each is two events, the ring holds 16,384
        AtomicInteger closed = new AtomicInteger();
        AtomicBoolean disturbed = new AtomicBoolean();
        CountDownLatch goOn = new CountDownLatch(1);
        listener = event -> {
            try {
                goOn.await();
            } catch (InterruptedException e) {
                disturbed.set(true);
            }
            closed.addAndGet(event instanceof CheckpointEvent.FlowClosed ? 1 : 0);
        };
        policy.resource("dns", "10.0.2.0/24", "53").allow("dns", "dns", "alice");
        enforce();
        for (int n = 0; n < flows; n++) {
            tun("skclient")
                    .putPacket(IpPacket.udp("10.66.0.2:" + (1024 + n), "10.0.2.1:53")
                            .build());
            tun("skserver").takePacket();
        }
        assertThat(server.checkpoint().flowCount()).isEqualTo(flows);
        Thread closer = Thread.ofPlatform().daemon().start(server::close);
        while (closer.isAlive() && !isAnyWorkerWaitingForRoom()) {
            Thread.onSpinWait();
        }
        goOn.countDown();
        closer.join();
        assertThat(closed).hasValue(flows);
        assertThat(disturbed).isFalse();
        assertThat(server.drops()).doesNotContainKey("EVENTS_LOST");
    }

    private static boolean isAnyWorkerWaitingForRoom() {
        return Thread.getAllStackTraces().values().stream()
                .map(frames ->
                        Stream.of(frames).map(StackTraceElement::getMethodName).toList())
                .anyMatch(methods -> methods.contains("closeCheckpoint") && methods.contains("parkNanos"));
    }

    /// The next event of that kind; others before it are passed over.
    private <T extends CheckpointEvent> T next(Class<T> type) throws InterruptedException {
        while (true) {
            CheckpointEvent event = Objects.requireNonNull(events.poll(30, TimeUnit.SECONDS), type.getSimpleName());
            if (type.isInstance(event)) {
                return type.cast(event);
            }
        }
    }

    private MemoryTun tun(String name) {
        return Objects.requireNonNull(tuns.get(name), name);
    }

    private void enforce() {
        DeviceBinding binding = new DeviceBinding(LAPTOP, new UserId("alice"));
        server.checkpoint()
                .enforce(new Enforcement(
                        policy.compile(),
                        Map.of(publicKey(clientKey), binding),
                        MfaRules.DEFAULT,
                        ScanRules.DEFAULT,
                        Map.of()));
    }

    private static void configure(
            DataPlane plane, SecretKey own, int port, SecretKey others, String endpoint, String block) {
        PeerUpdate peer = new PeerUpdate(
                publicKey(others),
                false,
                false,
                Optional.empty(),
                Optional.of(Endpoint.parse(endpoint)),
                OptionalInt.empty(),
                true,
                List.of(Cidr.parse(block)),
                List.of());
        plane.configure(
                new DeviceUpdate(Optional.of(own), OptionalInt.of(port), OptionalInt.empty(), false, List.of(peer)));
    }

    private static PublicKey publicKey(SecretKey key) {
        return LocalIdentity.of(PeerBook.copy(key)).publicKey();
    }

    /// A node's platform, whose TUN devices the test keeps a hand on.
    private final class Remembering implements Platform {
        private final MemoryPlatform platform;

        Remembering(MemoryPlatform platform) {
            this.platform = platform;
        }

        @Override
        public TunDevice openTun(String wanted, int queues, int mtu) {
            MemoryTun opened = platform.openTun(wanted, queues, mtu);
            tuns.put(wanted, opened);
            platform.links().up(opened.interfaceIndex());
            return opened;
        }

        @Override
        public UdpSocket openUdp(UdpOptions options) {
            return platform.openUdp(options);
        }

        @Override
        public Poller openPoller() {
            return platform.openPoller();
        }

        @Override
        public Links links() {
            return platform.links();
        }
    }
}
