package dev.sekisho.control.enforce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpServer;
import dev.sekisho.control.alert.AlertChannels;
import dev.sekisho.control.alert.AlertRouter;
import dev.sekisho.control.alert.AlertSender;
import dev.sekisho.control.alert.ChannelKind;
import dev.sekisho.control.alert.JdbcAlertStore;
import dev.sekisho.control.audit.AccessEvent;
import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.audit.Change;
import dev.sekisho.control.audit.ControlEvent;
import dev.sekisho.control.audit.JdbcAuditLog;
import dev.sekisho.control.audit.RoleEvent;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.explain.ExplainApi;
import dev.sekisho.control.explain.WhyApi;
import dev.sekisho.control.flows.search.FlowRecord;
import dev.sekisho.control.grant.AccessGrant;
import dev.sekisho.control.grant.Recipient;
import dev.sekisho.control.mail.SmtpSender;
import dev.sekisho.control.outbound.DestinationGuard;
import dev.sekisho.control.outbound.Outbound;
import dev.sekisho.control.outbox.JdbcOutboxStore;
import dev.sekisho.control.outbox.Outbox;
import dev.sekisho.control.outbox.OutboxPump;
import dev.sekisho.control.outbox.ShiftingSealer;
import dev.sekisho.control.resource.Resource;
import dev.sekisho.control.run.LiveCheckpointOpener;
import dev.sekisho.control.run.OpenCheckpoint;
import dev.sekisho.control.simulate.PolicyMaterial;
import dev.sekisho.control.socket.ControlClient;
import dev.sekisho.control.socket.ControlSockets;
import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.control.tunnel.Keys;
import dev.sekisho.control.uapi.UapiSockets;
import dev.sekisho.control.web.Json;
import dev.sekisho.crypto.SecretKey;
import dev.sekisho.dataplane.flow.CheckpointEvent;
import dev.sekisho.dataplane.flow.Denial;
import dev.sekisho.dataplane.noise.PublicKey;
import dev.sekisho.dataplane.run.DataPlane;
import dev.sekisho.dataplane.run.DataPlaneOptions;
import dev.sekisho.dataplane.run.DeviceUpdate;
import dev.sekisho.dataplane.run.PeerUpdate;
import dev.sekisho.dataplane.wire.Endpoint;
import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.Permission;
import dev.sekisho.policy.UserId;
import dev.sekisho.policy.Validity;
import dev.sekisho.tun.Platform;
import dev.sekisho.tun.memory.MemoryNetwork;
import dev.sekisho.tun.memory.MemoryTun;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// From the API to packets and back: a real data plane in memory, a client that has what the API gave it.
///
/// ```text
/// 10.66.0.2 [tun] client 192.0.2.2 ~~~ switch ~~~ 192.0.2.1:51871 server [tun] 10.0.1.0/24
/// ```
@Timeout(120)
class LiveNetworkTest {
    private static final String ADMIN =
            "admin|VIEW NETWORK,MANAGE RESOURCES,MANAGE GRANTS,MANAGE DEVICES," + "MANAGE SETTINGS,VIEW ALL LOGS";
    private static final int WEB = 0x0a000105;

    @TempDir
    Path directory = Path.of("");

    private final NetworkKit kit = new NetworkKit(TestDatabases.sqlite());
    private final MemoryNetwork network = new MemoryNetwork(11);
    private final MemoryHosts hosts = new MemoryHosts();
    private final List<AutoCloseable> open = new ArrayList<>();
    private final List<String> topics = new CopyOnWriteArrayList<>();
    private final List<JsonObject> flows = new CopyOnWriteArrayList<>();
    /// Is told of what is committed before all others are.
    private volatile Consumer<List<ControlEvent>> early = _ -> {};

    private ControlSockets sockets = new ControlSockets(directory);
    private CheckpointHostHolder holder = new CheckpointHostHolder(Optional.empty(), Optional.empty());

    private record CheckpointHostHolder(Optional<CheckpointHost> host, Optional<PolicyPublisher> publisher) {
        CheckpointHost running() {
            return host.orElseThrow();
        }
    }

    @BeforeEach
    void start() throws Exception {
        kit.user("admin");
        kit.user("alice");
        sockets = new ControlSockets(directory.resolve("run"));
        News news = new News() {
            @Override
            public void toHolders(String topic, Permission permission, Object payload) {
                topics.add(topic);
                if (payload instanceof FlowRecord flow) {
                    flows.add(JsonParser.parseString(Json.text(flow)).getAsJsonObject());
                }
            }

            @Override
            public void toUser(String topic, String userId, Object payload) {
                topics.add(topic + " " + userId);
            }
        };
        kit.work.onCommit((events, _) -> early.accept(events));
        Platform platform = hosts.on(network.node(Cidr.parseAddress("192.0.2.1")));
        CheckpointHost host = CheckpointHost.open(
                new CheckpointHost.Place(directory, sockets, 1),
                new CheckpointHost.Ports(
                        new LiveCheckpointOpener(
                                platform, MemoryHosts.SETTINGS, new UapiSockets(directory.resolve("wg"))),
                        kit.states,
                        ChallengeSink.NONE,
                        news,
                        Optional.of(() -> "sk_root")),
                kit.clock);
        open.add(host);
        PolicyPublisher publisher = PolicyPublisher.start(kit.source(), host, news, kit.clock);
        open.add(publisher);
        holder = new CheckpointHostHolder(Optional.of(host), Optional.of(publisher));
        kit.live = host;
        kit.serve(Stream.of(
                        new ExplainApi(host, publisher).routes(),
                        new WhyApi(
                                        host,
                                        kit.states,
                                        kit.work,
                                        new PolicyMaterial.Sources(kit.people, kit.resources, kit.grants),
                                        new JdbcPolicyVersion(),
                                        kit.clock)
                                .routes())
                .flatMap(List::stream)
                .toList());
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : open.reversed()) {
            one.close();
        }
        kit.close();
    }

    private static void await(String what, BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            if (Thread.currentThread().isInterrupted()) {
                throw new AssertionError("timed out: " + what);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    /// Waits until everything that was recorded is in force.
    private void inForce() {
        long recorded = kit.audit().size();
        await(
                "in force",
                () -> kit.get(ADMIN, "/network/status")
                                .json()
                                .get("policyVersion")
                                .getAsLong()
                        >= recorded);
        assertThat(kit.get(ADMIN, "/network/status").json().has("error")).isFalse();
    }

    private String made(String path, String body) {
        NetworkKit.Reply reply = kit.post(ADMIN, path, body);
        assertThat(reply.status()).as(reply.text()).isEqualTo(201);
        JsonObject json = reply.json();
        return json.has("id") ? reply.string("id") : reply.text();
    }

    private NetworkKit.Reply device() {
        NetworkKit.Reply reply =
                kit.post(ADMIN, "/devices", "{\"user\":\"alice\",\"name\":\"laptop\",\"presharedKey\":true}");
        assertThat(reply.status()).as(reply.text()).isEqualTo(201);
        return reply;
    }

    private static String id(NetworkKit.Reply device) {
        return device.json().getAsJsonObject("device").get("id").getAsString();
    }

    private static SecretKey key(String config, String name) {
        return Keys.parse(value(config, name)).orElseThrow();
    }

    private static String value(String config, String name) {
        return config.lines()
                .filter(line -> line.startsWith(name + " = "))
                .findFirst()
                .orElseThrow()
                .substring(name.length() + 3);
    }

    /// A client that has read the configuration and nothing else.
    private DataPlane client(String config) {
        Platform platform = hosts.on(network.node(Cidr.parseAddress("192.0.2.2")));
        DataPlane plane = DataPlane.open(DataPlaneOptions.of("skclient").withWorkers(1), Optional.empty(), platform);
        open.add(plane);
        platform.links().up(plane.interfaceIndex());
        plane.configure(new DeviceUpdate(
                Optional.of(key(config, "PrivateKey")),
                OptionalInt.of(1002),
                OptionalInt.empty(),
                false,
                List.of(new PeerUpdate(
                        PublicKey.parse(value(config.substring(config.indexOf("[Peer]")), "PublicKey")),
                        false,
                        false,
                        Optional.of(key(config, "PresharedKey")),
                        Optional.of(Endpoint.parse("192.0.2.1:51871")),
                        OptionalInt.empty(),
                        true,
                        List.of(Cidr.parse("10.0.0.0/8")),
                        List.of()))));
        return plane;
    }

    private List<String> flows(String query) {
        return kit.get(ADMIN, "/flows?" + query).json().getAsJsonArray("items").asList().stream()
                .map(one -> one.getAsJsonObject().get("id").getAsString())
                .toList();
    }

    @Test
    @Tag("R04")
    @Tag("N18")
    @DisplayName("R04, N18: a grant over the API lets a packet pass, its revocation cuts the flow")
    void aGrantLetsAPacketPassAndItsEndCutsIt() throws Exception {
        NetworkKit.Reply device = device();
        inForce();
        client(device.string("config"));
        assertThat(explain().get("verdict").getAsString()).isEqualTo("deny");
        made("/resources", "{\"name\":\"web\",\"cidr\":\"10.0.1.0/24\",\"ports\":\"443\"}");
        String grant = made("/grants", "{\"resource\":\"web\",\"to\":\"user:alice\",\"mfa\":false}");
        inForce();
        byte[] syn = TcpSyn.of(TcpSyn.CLIENT, WEB, 40_000, 1);
        tun("skclient").putPacket(syn);
        assertThat(tun("sekisho0").takePacket()).isEqualTo(syn);
        JsonObject explained = explain();
        assertThat(explained.get("verdict").getAsString()).isEqualTo("allow");
        assertThat(explained.get("rule").getAsString()).isEqualTo(grant);
        assertThat(explained.getAsJsonArray("notes")).isEmpty();
        assertThat(explained.getAsJsonObject("device").get("passes").getAsBoolean())
                .isTrue();
        JsonObject flow =
                kit.get(ADMIN, "/flows").json().getAsJsonArray("items").get(0).getAsJsonObject();
        assertThat(flow.get("destination").getAsString()).isEqualTo("10.0.1.5:443");
        assertThat(flow.get("device").getAsString()).isEqualTo("alice/laptop");
        String id = flow.get("id").getAsString();
        for (String fitting : List.of(
                "user=alice",
                "device=alice/laptop",
                "resource=web",
                "destination=10.0.1.5",
                "destination=10.0.1.5:443",
                "verdict=allowed",
                "q=LAPTOP",
                "q=web&user=alice&limit=1")) {
            assertThat(flows(fitting)).as(fitting).containsExactly(id);
        }
        for (String other : List.of(
                "user=bob",
                "device=alice/phone",
                "resource=mail",
                "destination=10.0.1.50",
                "destination=10.0.1",
                "verdict=handed-off",
                "q=nothing")) {
            assertThat(flows(other)).as(other).isEmpty();
        }
        for (String wrong : List.of("verdict=denied", "limit=0", "cursor=!")) {
            assertThat(kit.get(ADMIN, "/flows?" + wrong).status()).as(wrong).isEqualTo(400);
        }
        assertThat(kit.get(ADMIN, "/devices/" + id(device))
                        .json()
                        .get("receivedBytes")
                        .getAsLong())
                .isPositive();

        assertThat(kit.send(ADMIN, "DELETE", "/grants/" + grant, Optional.empty(), Map.of())
                        .status())
                .isEqualTo(204);
        await(
                "the flow is cut",
                () -> kit.get(ADMIN, "/flows").json().getAsJsonArray("items").isEmpty());
        inForce();
        assertThat(explain().get("verdict").getAsString()).isEqualTo("deny");
        await("the news of it", () -> topics.contains("flow") && topics.contains("policy.applied"));
        await(
                "the flow and its end",
                () -> flows.stream()
                        .map(news -> news.get("id").getAsString())
                        .toList()
                        .containsAll(List.of(
                                flow.get("id").getAsString() + "-opened",
                                flow.get("id").getAsString() + "-closed")));
        assertThat(topics.stream().filter(topic -> topic.startsWith("flow.own")))
                .as("whose device it is hears of both, nobody else does")
                .hasSizeGreaterThanOrEqualTo(2)
                .containsOnly("flow.own id-alice");
    }

    @Test
    @Tag("N18")
    @Tag("P05")
    @DisplayName("N18, P05: how fast a device sends is measured, and where it comes from is told with it")
    void ratesAreMeasured() throws Exception {
        NetworkKit.Reply device = device();
        inForce();
        client(device.string("config"));
        String path = "/devices/" + id(device);
        assertThat(kit.get(ADMIN, path).json().get("receivedBytesPerSecond").getAsLong())
                .isZero();
        byte[] syn = TcpSyn.of(TcpSyn.CLIENT, WEB, 40_000, 1);
        await("a rate", () -> {
            tun("skclient").putPacket(syn);
            LockSupport.parkNanos(20_000_000);
            return kit.get(ADMIN, path).json().get("receivedBytesPerSecond").getAsLong() > 0;
        });
        assertThat(holder.running().traffic()).singleElement().satisfies(moving -> {
            assertThat(moving.device().name()).isEqualTo("alice/laptop");
            assertThat(moving.user().name()).isEqualTo("alice");
            assertThat(moving.endpoint()).contains("192.0.2.2:1002");
            assertThat(moving.receivedBytes()).isPositive();
            assertThat(moving.lastHandshakeEpochMillis()).isPositive();
        });
    }

    @Test
    @Tag("R04")
    @DisplayName("R04: of a change only what it touches is compiled, of many at once all in one step")
    void aChangeIsCompiledFromTheDifference() {
        device();
        made("/resources", "{\"name\":\"web\",\"cidr\":\"10.0.1.0/24\",\"ports\":\"443\"}");
        inForce();
        OpenCheckpoint.Compilations before = compilations();
        String grant = made("/grants", "{\"resource\":\"web\",\"to\":\"user:alice\",\"mfa\":false}");
        inForce();
        kit.send(ADMIN, "DELETE", "/grants/" + grant, Optional.empty(), Map.of());
        inForce();
        OpenCheckpoint.Compilations after = compilations();
        assertThat(after.whole()).isEqualTo(before.whole());
        assertThat(after.parts()).isEqualTo(before.parts() + 2);

        Resource web = kit.work
                .read(transaction -> kit.resources.named(transaction, "web"))
                .orElseThrow();
        kit.work.change(kit.actor("admin"), transaction -> {
            List<ControlEvent> events = new ArrayList<>();
            for (int i = 0; i < 10_000; i++) {
                AccessGrant.Rule rule = new AccessGrant.Rule(false, false, Validity.ALWAYS, "");
                Recipient alice = new Recipient.OfUser("id-alice", "alice");
                events.add(kit.grants.add(
                        transaction, new AccessGrant("grant-" + i, web.id(), "web", alice, rule, kit.now, "admin", 1)));
            }
            return new Change<>(0, events);
        });
        inForce();
        OpenCheckpoint.Compilations bulk = compilations();
        assertThat(bulk.whole() + bulk.parts()).isEqualTo(after.whole() + after.parts() + 1);
        assertThat(explain().get("verdict").getAsString()).isEqualTo("allow");
    }

    private OpenCheckpoint.Compilations compilations() {
        return holder.running().compilations().orElseThrow();
    }

    private JsonObject explain() {
        NetworkKit.Reply reply = kit.get(ADMIN, "/explain?subject=alice/laptop&target=10.0.1.5:443");
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return reply.json();
    }

    @Test
    @Tag("I02")
    @Tag("I06")
    @DisplayName("I02, I06: who touches a decoy is locked in the database, and unlocked by the API")
    void aLockOfTheDataPlaneIsKept() throws Exception {
        NetworkKit.Reply device = device();
        made("/resources", "{\"name\":\"trap\",\"cidr\":\"10.0.1.5\",\"ports\":\"443\",\"decoy\":true}");
        inForce();
        client(device.string("config"));
        tun("skclient").putPacket(TcpSyn.of(TcpSyn.CLIENT, WEB, 40_000, 1));
        String path = "/devices/" + id(device);
        await("the lock", () -> kit.get(ADMIN, path).string("state").equals("locked"));
        JsonObject lock = kit.get(ADMIN, path).json().getAsJsonObject("lock");
        assertThat(lock.get("reason").getAsString()).isEqualTo("decoy");
        JsonObject touch = lock.getAsJsonArray("targets").get(0).getAsJsonObject();
        assertThat(touch.get("destination").getAsString()).isEqualTo("10.0.1.5:443");
        assertThat(touch.get("at").getAsString()).isNotEmpty();
        assertThat(lock.get("endpoint").getAsString()).startsWith("192.0.2.2:");
        inForce();
        assertThat(kit.audit()).contains("system device.locked alice/laptop");
        await("the news of it", () -> topics.contains("device.locked id-alice"));

        assertThat(kit.post(ADMIN, path + "/unlock", "{\"comment\":\"a test\"}").string("state"))
                .isEqualTo("active");
        inForce();
        assertThat(holder.running().enforcer().orElseThrow().devices())
                .singleElement()
                .satisfies(view -> assertThat(view.locked()).isFalse());
    }

    @Test
    @Tag("R06")
    @DisplayName("R06: what is denied is told to whoever offers requests for it")
    void aDeniedPacketIsTold() throws Exception {
        List<CheckpointEvent.FlowDenied> denied = new CopyOnWriteArrayList<>();
        holder.running().onDenied(denied::add);
        NetworkKit.Reply device = device();
        inForce();
        client(device.string("config"));
        tun("skclient").putPacket(TcpSyn.of(TcpSyn.CLIENT, WEB, 40_000, 1));
        await("the denial", () -> !denied.isEmpty());
        assertThat(denied.getFirst().reason()).isEqualTo(Denial.NO_GRANT);
        assertThat(denied.getFirst().user()).isEqualTo(new UserId("alice"));
        assertThat(denied.getFirst().fromDevice()).isTrue();
    }

    /// A change is in the database a moment before it is told of, and others may be told of meanwhile.
    @Test
    @Tag("R04")
    @DisplayName("R04: the version in force is that of a change only when the change is in force")
    void theVersionInForceDoesNotRunAhead() throws Exception {
        inForce();
        CountDownLatch committed = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        early = events -> {
            if (events.stream().anyMatch(AccessEvent.ResourceCreated.class::isInstance)) {
                committed.countDown();
                await("the other change", () -> goOn.getCount() == 0);
            }
        };
        Thread slow = Thread.ofPlatform()
                .daemon()
                .start(() -> made("/resources", "{\"name\":\"web\",\"cidr\":\"10.0.1.5\",\"ports\":\"443\"}"));
        committed.await();
        long before = kit.audit().size();
        try {
            device();
            await("the other change in force", () -> devicesInForce() == 1);
            await("the news of it", () -> topics.contains("device.changed"));
            assertThat(publisher().status().policyVersion()).isLessThan(before);
        } finally {
            goOn.countDown();
        }
        slow.join();
        inForce();
        assertThat(publisher().status().policyVersion()).isEqualTo(before + 1);
    }

    /// Of several nodes each is told of its own changes, and by its follower of what others have recorded.
    @Test
    @Tag("B01")
    void whatOtherNodesRecordHoldsUpNoVersion() {
        inForce();
        UnitOfWork other = new UnitOfWork(kit.database, new JdbcAuditLog(kit.clock));
        other.change(Actor.ROOT, _ -> Change.of(1, new RoleEvent.Deleted("theirs")));
        long theirs = kit.audit().size();
        device();
        await("the change here", () -> devicesInForce() == 1);
        assertThat(publisher().status().policyVersion()).isLessThan(theirs);
        publisher().toldElsewhere(List.of(theirs));
        await("all of it", () -> publisher().status().policyVersion() == theirs + 1);
    }

    /// From the packet that betrays a scan to the request that reaches the channel; the time is printed, for the claim
    /// of a second.
    @Test
    @Tag("I03")
    @DisplayName("I03: the alert channel hears of a scan, with the evidence")
    void aScanReachesTheAlertChannel() throws Exception {
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        String url = hook(received);
        alerts(url);
        NetworkKit.Reply device = device();
        inForce();
        client(device.string("config"));
        for (int port = 1; port <= 26; port++) {
            tun("skclient").putPacket(TcpSyn.of(TcpSyn.CLIENT, WEB + port, 40_000, 1));
        }
        long began = System.nanoTime();
        String alert = received.take();
        System.out.println("SCAN_TO_ALERT " + (System.nanoTime() - began) / 1_000_000 + " ms");
        assertThat(alert).contains("alice/laptop", "scan", "10.0.1.31:443", "192.0.2.2:1002");
    }

    private String hook(BlockingQueue<String> received) throws IOException {
        HttpServer web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        web.createContext("/", exchange -> {
            received.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        web.start();
        open.add(() -> web.stop(0));
        return "http://127.0.0.1:" + web.getAddress().getPort() + "/";
    }

    private void alerts(String url) {
        ShiftingSealer sealer = new ShiftingSealer();
        InstantSource clock = InstantSource.system();
        Outbox outbox = new Outbox(kit.work, new JdbcOutboxStore(), sealer, clock);
        AlertChannels channels = new AlertChannels(kit.work, new JdbcAlertStore(), sealer, clock);
        Outbound outbound = new Outbound(new DestinationGuard(List.of(Cidr.parse("127.0.0.0/8"))));
        open.add(outbound);
        outbox.register(
                AlertRouter.CHANNEL, new AlertSender(channels, outbound, new SmtpSender(Optional::empty, clock)));
        new AlertRouter(channels, outbox).follow(kit.work);
        open.add(OutboxPump.start(outbox, clock));
        channels.create(
                kit.actor("admin"),
                new AlertChannels.Wanted(
                        "hook",
                        ChannelKind.HTTP,
                        Map.of("url", url, "body", "{{device}} {{reason}} {{targets}} {{endpoint}}"),
                        List.of("device.locked"),
                        true));
    }

    @Test
    @Tag("P05")
    @DisplayName("P05: a disabled, an expired and a deleted device are gone from the tunnel")
    void aDeviceThatMayNotConnectIsGone() {
        String id = id(device());
        inForce();
        assertThat(devicesInForce()).isEqualTo(1);
        kit.post(ADMIN, "/devices/" + id + "/disable", "{}");
        inForce();
        assertThat(devicesInForce()).isZero();
        kit.post(ADMIN, "/devices/" + id + "/enable", "{}");
        inForce();
        assertThat(devicesInForce()).isEqualTo(1);
        assertThat(kit.post(ADMIN, "/devices/" + id + "/disconnect", "{}").status())
                .isEqualTo(200);
        kit.send(ADMIN, "DELETE", "/devices/" + id, Optional.empty(), Map.of());
        inForce();
        assertThat(devicesInForce()).isZero();
    }

    private int devicesInForce() {
        return kit.get(ADMIN, "/network/status").json().get("devices").getAsInt();
    }

    @Test
    @Tag("N13")
    @DisplayName("N13: switched off, nothing listens; another interface is another tunnel")
    void theModuleIsSwitchedOffAndOn() {
        inForce();
        assertThat(kit.get(ADMIN, "/network/status").string("interface")).isEqualTo("sekisho0");
        settings("enabled", "false");
        assertThat(kit.get(ADMIN, "/network/status").json().get("running").getAsBoolean())
                .isFalse();
        settings("interface", "\"other0\"");
        settings("enabled", "true");
        assertThat(kit.get(ADMIN, "/network/status").string("interface")).isEqualTo("other0");
        settings("listenPort", "51999");
        assertThat(kit.get(ADMIN, "/network/status").json().get("running").getAsBoolean())
                .isTrue();
    }

    @Test
    @Tag("P05")
    @DisplayName("P05: a device whose preshared key can't be opened keeps nobody else from what is decided")
    void aPresharedKeyThatCanNotBeOpenedLeavesOutItsDeviceOnly() {
        String id = id(device());
        inForce();
        kit.sql("UPDATE device SET preshared_key = ? WHERE id = ?", new byte[] {'x', 1, 2}, id);
        publisher().reread();
        await(
                "left out",
                () -> !publisher().status().leftOut().isEmpty()
                        || publisher().status().error().isPresent());
        assertThat(publisher().status().error()).isEmpty();
        assertThat(publisher().status().concern().orElseThrow()).contains("alice/laptop", "can't be opened");
        assertThat(devicesInForce()).isZero();

        NetworkKit.Reply other = kit.post(ADMIN, "/devices", "{\"user\":\"alice\",\"name\":\"phone\"}");
        assertThat(other.status()).as(other.text()).isEqualTo(201);
        inForce();
        assertThat(devicesInForce()).isEqualTo(1);

        NetworkKit.Reply reset = kit.post(ADMIN, "/devices/" + id + "/reset-key", "{}");
        assertThat(reset.status()).as(reset.text()).isEqualTo(200);
        inForce();
        assertThat(publisher().status().concern()).isEmpty();
        assertThat(devicesInForce()).isEqualTo(2);
    }

    @Test
    @Tag("P05")
    @DisplayName("P05: a device connects once its preshared key can be opened again")
    void aPresharedKeyThatCanBeOpenedAgainLetsItsDeviceIn() {
        inForce();
        kit.shut = true;
        device();
        inForce();
        assertThat(devicesInForce()).isZero();
        kit.shut = false;
        await("in force again", () -> devicesInForce() == 1);
        await("nothing left out", () -> publisher().status().concern().isEmpty());
    }

    @Test
    @Tag("P05")
    @DisplayName("P05: a device's time comes to its end also while the database is out of reach")
    void aDeviceExpiresAlsoWhileTheDatabaseIsGone() {
        String id = id(device());
        String end = kit.now.plusSeconds(3600).toString();
        assertThat(kit.send(ADMIN, "PATCH", "/devices/" + id, Optional.of("{\"expiresAt\":\"" + end + "\"}"), Map.of())
                        .status())
                .isEqualTo(200);
        inForce();
        kit.database.close();
        publisher().reread();
        await("the failure", () -> publisher().status().error().isPresent());
        assertThat(devicesInForce()).isEqualTo(1);
        kit.now = kit.now.plusSeconds(3601);
        await("a try", () -> hasFailedFor(3601));
        kit.now = kit.now.plusSeconds(1);
        await("one more", () -> hasFailedFor(3602));
        assertThat(devicesInForce()).isZero();
        assertThat(publisher().status().error()).isPresent();
    }

    /// Whether a try failed so long after the first.
    private boolean hasFailedFor(long seconds) {
        return publisher()
                .status()
                .failure()
                .filter(failure -> !failure.at().isBefore(failure.since().plusSeconds(seconds)))
                .isPresent();
    }

    private PolicyPublisher publisher() {
        return holder.publisher().orElseThrow();
    }

    private void settings(String field, String value) {
        JsonObject body = kit.get(ADMIN, "/network/settings").json();
        body.remove("version");
        body.remove("endpoint");
        body.add(field, JsonParser.parseString(value));
        NetworkKit.Reply reply = kit.send(ADMIN, "PUT", "/network/settings", Optional.of(body.toString()), Map.of());
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        inForce();
    }

    @Test
    void theControlSocketAnswers() throws Exception {
        device();
        inForce();
        try (ControlClient client = ControlClient.connect(sockets.socket("sekisho0"))) {
            JsonObject ask = new JsonObject();
            ask.addProperty("verb", "token");
            assertThat(client.ask(ask).get("token").getAsString()).isEqualTo("sk_root");
            JsonObject why = ControlClient.request("explain", "subject", "alice", "destination", "10.0.1.5:443");
            assertThatThrownBy(() -> client.ask(why)).hasMessageContaining("the server's API explains");
            ask.addProperty("verb", "lock");
            ask.addProperty("device", "alice/laptop");
            ask.addProperty("note", "lost");
            client.ask(ask);
        }
        inForce();
        assertThat(kit.audit()).contains("root device.locked alice/laptop");
    }

    private MemoryTun tun(String name) {
        return hosts.tun(name);
    }
}
