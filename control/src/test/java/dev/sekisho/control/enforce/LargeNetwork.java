package dev.sekisho.control.enforce;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.grant.Recipient;
import dev.sekisho.control.run.LiveCheckpointOpener;
import dev.sekisho.control.socket.ControlSockets;
import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.control.tunnel.Keys;
import dev.sekisho.control.uapi.UapiSockets;
import dev.sekisho.crypto.SecretKey;
import dev.sekisho.dataplane.noise.PublicKey;
import dev.sekisho.dataplane.run.DataPlane;
import dev.sekisho.dataplane.run.DataPlaneOptions;
import dev.sekisho.dataplane.run.DeviceUpdate;
import dev.sekisho.dataplane.run.PeerUpdate;
import dev.sekisho.dataplane.wire.Endpoint;
import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.DeviceId;
import dev.sekisho.policy.Permission;
import dev.sekisho.tun.Platform;
import dev.sekisho.tun.memory.MemoryNetwork;
import dev.sekisho.tun.memory.MemoryTun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/// A site of many users with ten of 200 roles and a device each, resources and grants in a database, in force in a data
/// plane in memory, and the client of one user more who sends all the time to one of a hundred targets.
final class LargeNetwork implements AutoCloseable {
    static final String USER = "alice";
    static final String ROLE = "visitors";
    static final int TARGETS = 100;

    private static final int ROLES = 200;
    private static final int ROLES_PER_USER = 10;
    private static final String[] PORTS = {"*", "22", "443", "443", "80,443", "22,80,443,5600-5609", "5432", "53"};
    private static final int[] LENGTHS = {32, 32, 32, 32, 32, 32, 28, 24, 24, 20};
    private static final String ADMIN = "admin|VIEW NETWORK,MANAGE DEVICES,MANAGE SETTINGS";
    private static final long SEND_NANOS = 200_000;
    private static final long PAUSE_NANOS = 50_000_000;
    private static final long LIMIT_NANOS = 60_000_000_000L;

    private final Size size;
    private final NetworkKit kit = new NetworkKit(TestDatabases.sqlite());
    private final MemoryNetwork network = new MemoryNetwork(11);
    private final MemoryHosts hosts = new MemoryHosts();
    private final List<AutoCloseable> open = new ArrayList<>();
    private final SplittableRandom random = new SplittableRandom(1);
    private final Path directory;
    private final CheckpointHost host;
    private final String device;

    /// When a packet to a target came out last, and when a flow to it was cut first since it was asked.
    private final AtomicLongArray passed = new AtomicLongArray(TARGETS);

    private final AtomicLongArray cut = new AtomicLongArray(TARGETS);
    private volatile long committedNanos;
    private volatile int target;
    private volatile boolean closed;

    /// How much there is.
    record Size(int users, int resources, int grants) {
        /// What the goals are about.
        static final Size FULL = new Size(10_000, 50_000, 100_000);
    }

    private LargeNetwork(Size size) throws IOException {
        this.size = size;
        directory = Files.createTempDirectory("sekisho-enforce");
        long start = System.nanoTime();
        kit.work.housekeeping(this::fill);
        kit.role(ROLE);
        kit.role("scanners");
        kit.sql(
                "INSERT INTO role_permission (role_id, permission) VALUES ('id-scanners', ?)",
                Permission.IP_SCAN.label());
        kit.user("admin");
        kit.user(USER, "scanners");
        kit.serve(List.of());
        NetworkKit.Reply made =
                kit.post(ADMIN, "/devices", "{\"user\":\"alice\",\"name\":\"laptop\",\"presharedKey\":true}");
        device = made.json().getAsJsonObject("device").get("id").getAsString();
        kit.work.onCommit((events, records) -> committedNanos = System.nanoTime());
        System.out.printf("filled in %d ms%n", (System.nanoTime() - start) / 1_000_000);
        start = System.nanoTime();
        Platform platform = hosts.on(network.node(Cidr.parseAddress("192.0.2.1")));
        host = CheckpointHost.open(
                new CheckpointHost.Place(directory, new ControlSockets(directory.resolve("run")), 1),
                new CheckpointHost.Ports(
                        new LiveCheckpointOpener(
                                platform, MemoryHosts.SETTINGS, new UapiSockets(directory.resolve("wg"))),
                        kit.states,
                        ChallengeSink.NONE,
                        NONE,
                        Optional.empty()),
                kit.clock);
        open.add(host);
        PolicyPublisher publisher = PolicyPublisher.start(kit.source(), host, NONE, kit.clock);
        open.add(publisher);
        await(() -> publisher.status().appliedAt().isPresent());
        System.out.printf("read, compiled and in force in %d ms%n", (System.nanoTime() - start) / 1_000_000);
        open.add(client(made.string("config")));
        daemon(this::send);
        daemon(this::watchServer);
        daemon(this::watchClient);
    }

    static LargeNetwork open(Size size) throws IOException {
        return new LargeNetwork(size);
    }

    private static final News NONE = new News() {
        @Override
        public void toHolders(String topic, Permission permission, Object payload) {}

        @Override
        public void toUser(String topic, String userId, Object payload) {}
    };

    // ---- what there is

    static String targetName(int number) {
        return "target-" + number;
    }

    static String targetId(int number) {
        return "id-target-" + number;
    }

    static String targetAddress(int number) {
        return "10.0.1." + (number + 1);
    }

    String resourceId(int number) {
        return "id-resource-" + number % size.resources();
    }

    Recipient recipient(int number) {
        return number % 3 == 0
                ? new Recipient.OfUser("id-user-" + number % size.users(), "user-" + number % size.users())
                : new Recipient.OfRole("id-role-" + number % ROLES, "role-" + number % ROLES);
    }

    private int fill(Transaction transaction) {
        Sql sql = Sql.of(transaction);
        for (int i = 0; i < ROLES; i++) {
            String name = "role-" + i;
            sql.update(
                    "INSERT INTO role (id, name, name_key, description, built_in, version) VALUES (?, ?, ?, '', 0, 1)",
                    "id-" + name,
                    name,
                    name);
        }
        for (int i = 0; i < ROLES / 2; i++) {
            sql.update(
                    "INSERT INTO role_parent (role_id, parent_id) VALUES (?, ?)",
                    "id-role-" + i,
                    "id-role-" + (ROLES / 2 + i % (ROLES / 4)));
        }
        for (int i = 0; i < size.users(); i++) {
            fillUser(sql, i);
        }
        for (int i = 0; i < size.resources(); i++) {
            int length = LENGTHS[random.nextInt(LENGTHS.length)];
            long address = 0x0000_ffff_0a80_0000L | random.nextInt(1 << 23);
            Cidr block = new Cidr(0, address & Cidr.lowMask(96 + length), length, true);
            resource(sql, "resource-" + i, block.toString(), PORTS[random.nextInt(PORTS.length)]);
        }
        for (int i = 0; i < TARGETS; i++) {
            resource(sql, targetName(i), targetAddress(i) + "/32", "443");
        }
        for (int i = 0; i < size.grants(); i++) {
            boolean toUser = random.nextInt(10) < 3;
            sql.update(
                    "INSERT INTO access_grant (id, resource_id, user_id, role_id, network, deny, mfa, weekly, comment,"
                            + " created_at, created_by, version) VALUES (?, ?, ?, ?, NULL, ?, ?, ?, '', 0, 'admin', 1)",
                    "id-grant-" + i,
                    resourceId(random.nextInt(size.resources())),
                    toUser ? "id-user-" + random.nextInt(size.users()) : null,
                    toUser ? null : "id-role-" + random.nextInt(ROLES),
                    i % 20 == 0,
                    random.nextInt(10) < 4,
                    i % 10 == 3 ? "Mon-Fri 08:00-18:00 Europe/Berlin" : null);
        }
        return 0;
    }

    private void fillUser(Sql sql, int number) {
        String name = "user-" + number;
        sql.update(
                "INSERT INTO app_user (id, name, name_key, search_key, display_name, email, directory, disabled,"
                        + " service, created_at, version) VALUES (?, ?, ?, ?, '', ?, 'internal', 0, 0, 0, 1)",
                "id-" + name,
                name,
                name,
                name,
                name + "@example.com");
        random.ints(0, ROLES)
                .distinct()
                .limit(ROLES_PER_USER)
                .forEach(role -> sql.update(
                        "INSERT INTO role_member (role_id, user_id) VALUES (?, ?)", "id-role-" + role, "id-" + name));
        byte[] key = new byte[PublicKey.BYTES];
        random.nextBytes(key);
        sql.update(
                "INSERT INTO device (id, user_id, name, name_key, public_key, state, own, created_at, version)"
                        + " VALUES (?, ?, 'laptop', 'laptop', ?, 'ACTIVE', 0, 0, 1)",
                "id-device-" + number,
                "id-" + name,
                Base64.getEncoder().encodeToString(key));
        sql.update(
                "INSERT INTO device_address (address, device_id, place) VALUES (?, ?, 0)",
                "10.80." + number / 250 + "." + (number % 250 + 1) + "/32",
                "id-device-" + number);
    }

    private static void resource(Sql sql, String name, String block, String ports) {
        sql.update(
                "INSERT INTO resource (id, name, name_key, search_key, cidr, ports, protocol, decoy, description,"
                        + " approvals, max_duration_seconds, ticket_pattern, created_at, version)"
                        + " VALUES (?, ?, ?, ?, ?, ?, 'both', 0, '', 1, 3600, '', 0, 1)",
                "id-" + name,
                name,
                name,
                name,
                block,
                ports);
    }

    NetworkKit kit() {
        return kit;
    }

    CheckpointHost host() {
        return host;
    }

    Actor admin() {
        return kit.actor("admin");
    }

    String device() {
        return device;
    }

    DeviceId deviceName() {
        return new DeviceId(USER + "/laptop");
    }

    // ---- what is measured

    /// Makes a change by which packets to a target pass.
    ///
    /// @return from the commit until the first came out, in nanoseconds
    long untilPassed(int number, Runnable change) {
        target = number;
        LockSupport.parkNanos(PAUSE_NANOS);
        passed.set(number, 0);
        change.run();
        long commit = committedNanos;
        await(() -> passed.get(number) != 0);
        return passed.get(number) - commit;
    }

    /// Makes a change by which the live flow to a target ends.
    ///
    /// @return from the commit until the client was told, in nanoseconds
    long untilCut(int number, Runnable change) {
        target = number;
        LockSupport.parkNanos(PAUSE_NANOS);
        cut.set(number, 0);
        change.run();
        long commit = committedNanos;
        await(() -> cut.get(number) != 0);
        return cut.get(number) - commit;
    }

    private interface Condition {
        boolean holds();
    }

    private static void await(Condition condition) {
        long end = System.nanoTime() + LIMIT_NANOS;
        while (!condition.holds()) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("nothing happened");
            }
            LockSupport.parkNanos(SEND_NANOS / 4);
        }
    }

    private void send() {
        int identification = 0;
        while (!closed) {
            hosts.tun("skclient")
                    .putPacket(TcpSyn.of(TcpSyn.CLIENT, 0x0a000101 + target, 40_000 + target, identification++));
            LockSupport.parkNanos(SEND_NANOS);
        }
    }

    private void watchServer() throws InterruptedException {
        MemoryTun tun = hosts.tun("sekisho0");
        while (!closed) {
            byte[] packet = tun.takePacket();
            int number = TcpSyn.lastOfAddress(packet, TcpSyn.DESTINATION) - 1;
            if (!TcpSyn.isReset(packet) && number >= 0 && number < TARGETS && passed.get(number) == 0) {
                passed.set(number, System.nanoTime());
            }
        }
    }

    private void watchClient() throws InterruptedException {
        MemoryTun tun = hosts.tun("skclient");
        while (!closed) {
            byte[] packet = tun.takePacket();
            int number = TcpSyn.lastOfAddress(packet, TcpSyn.SOURCE) - 1;
            if (TcpSyn.isReset(packet) && number >= 0 && number < TARGETS && cut.get(number) == 0) {
                cut.set(number, System.nanoTime());
            }
        }
    }

    private interface Loop {
        void run() throws InterruptedException;
    }

    private static void daemon(Loop loop) {
        Thread.ofPlatform().daemon().start(() -> {
            try {
                loop.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private DataPlane client(String config) {
        Platform platform = hosts.on(network.node(Cidr.parseAddress("192.0.2.2")));
        DataPlane plane = DataPlane.open(DataPlaneOptions.of("skclient").withWorkers(1), Optional.empty(), platform);
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

    @Override
    public void close() throws IOException {
        closed = true;
        for (AutoCloseable one : open.reversed()) {
            close(one);
        }
        kit.close();
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
    }

    private static void close(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            throw new AssertionError("a part of the network did not end", e);
        }
    }
}
