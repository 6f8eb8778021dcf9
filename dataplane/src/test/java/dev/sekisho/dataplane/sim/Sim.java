package dev.sekisho.dataplane.sim;

import dev.sekisho.crypto.Entropy;
import dev.sekisho.crypto.SecretKey;
import dev.sekisho.dataplane.noise.LocalIdentity;
import dev.sekisho.dataplane.noise.PublicKey;
import dev.sekisho.dataplane.testkit.Seeds;
import dev.sekisho.dataplane.wire.Endpoint;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/// A server and its clients on a faulty network, all of one seed. Checks with every arrival what [Model]
/// allows, and at the end that traffic flows again.
final class Sim {
    /// Lines kept for the report of a failure.
    private static final int LOG_LINES = 400;

    /// After faults cease: a handshake for want of an answer starts within 15.3 s, is repeated every 5.3 s, and
    /// may need one turn for a cookie and one for a roamed server's client to be found again.
    private static final int RECOVERY_SECONDS = 45;

    private static final long MILLI = 1_000_000L;

    private final long seed;
    private final SplittableRandom random;
    private final SimOptions options;
    private final SimClock clock = new SimClock();
    private final SimNetwork network;
    private final Model model = new Model();
    private final List<SimNode> nodes = new ArrayList<>();
    private final List<SecretKey> keys = new ArrayList<>();
    private final List<PublicKey> names = new ArrayList<>();
    private final Deque<String> log = new ArrayDeque<>();
    private String lastNote = "";
    private int repeats;
    private int addresses;
    private long mendNanos = Long.MAX_VALUE;
    private long calmNanos = Long.MAX_VALUE;

    Sim(long seed) {
        this(seed, SimOptions.random(Seeds.random(seed)));
    }

    Sim(long seed, SimOptions options) {
        this.seed = seed;
        this.options = options;
        this.random = Seeds.random(~seed);
        this.network = new SimNetwork(clock, random.split(), options);
        Entropy entropy = (target, offset, length) -> {
            for (int i = 0; i < length; i++) {
                target[offset + i] = (byte) random.nextInt();
            }
        };
        for (int i = 0; i <= options.clients(); i++) {
            SecretKey key = SecretKey.generate(entropy);
            keys.add(key);
            names.add(LocalIdentity.of(key).publicKey());
        }
        for (int i = 0; i <= options.clients(); i++) {
            nodes.add(start(i, freshAddress(i)));
        }
        for (int i = 1; i <= options.clients(); i++) {
            connect(i);
        }
    }

    /// Random transitions, then calm, then proof that everything still works.
    void run(int transitions) {
        try {
            for (int i = 0; i < transitions; i++) {
                apply(Transition.random(random, nodes.size()));
                checkBounds();
            }
            recover();
            tearDown();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("seed " + seed + ", " + options + "\n" + String.join("\n", log), e);
        }
    }

    void apply(Transition transition) {
        note(transition.toString());
        switch (transition) {
            case Transition.Send(int from, int to, int packets, int payloadBytes, boolean v6) ->
                send(from, to, packets, payloadBytes, v6);
            case Transition.Spoof(int from) -> spoof(from);
            case Transition.Advance(long millis) -> advance(millis * MILLI);
            case Transition.Roam(int client) -> roam(client);
            case Transition.DropLink(int node, int seconds) -> {
                network.sever(nodes.get(node).address());
                mendNanos = clock.nowNanos() + seconds * SimClock.SECOND;
            }
            case Transition.ClockJump(int node, int seconds) ->
                nodes.get(node).jumpWallClock(seconds * SimClock.SECOND);
            case Transition.Restart(int node) -> restart(node);
            case Transition.Rekey(int from, int to) -> {
                if (nodes.get(from).has(names.get(to))) {
                    nodes.get(from).rekey(names.get(to));
                }
            }
            case Transition.RemovePeer(int client) -> {
                if (nodes.get(0).has(names.get(client))) {
                    network.forgetRecords();
                    nodes.get(0).remove(names.get(client));
                }
            }
            case Transition.AddPeer(int client) -> addToServer(client);
            case Transition.FloodJunk(int node, int datagrams) -> floodJunk(node, datagrams);
            case Transition.FloodHandshakes(int initiations, int seconds) -> floodHandshakes(initiations, seconds);
        }
    }

    /// Moves time on, carrying out everything that falls due on the way, in order.
    void advance(long nanos) {
        long until = clock.nowNanos() + nanos;
        int turns = 0;
        while (true) {
            long next = Math.min(Math.min(network.nextNanos(), mendNanos), calmNanos);
            for (SimNode node : nodes) {
                next = Math.min(next, node.nextNanos());
            }
            if (next > until) {
                break;
            }
            if (next <= clock.nowNanos() && ++turns > 100_000) {
                throw new AssertionError("time stands still");
            }
            turns = next > clock.nowNanos() ? 0 : turns;
            clock.advanceTo(Math.max(next, clock.nowNanos()));
            turn();
        }
        clock.advanceTo(until);
        turn();
    }

    private void turn() {
        if (mendNanos <= clock.nowNanos()) {
            mendNanos = Long.MAX_VALUE;
            network.mend();
        }
        if (calmNanos <= clock.nowNanos()) {
            calmNanos = Long.MAX_VALUE;
            nodes.get(0).underLoad(false);
        }
        for (SimNode node : nodes) {
            node.tick(clock.nowNanos());
        }
        network.deliver();
        for (SimNode node : nodes) {
            node.hearWord();
        }
    }

    SimNode node(int number) {
        return nodes.get(number);
    }

    PublicKey name(int number) {
        return names.get(number);
    }

    Model model() {
        return model;
    }

    SimNetwork network() {
        return network;
    }

    SimClock clock() {
        return clock;
    }

    /// Sends one packet and returns its id.
    long send(int from, int to, int payloadBytes) {
        return send(from, to, 1, payloadBytes, false);
    }

    private long send(int from, int to, int packets, int payloadBytes, boolean v6) {
        List<byte[]> batch = new ArrayList<>();
        long id = 0;
        for (int i = 0; i < packets; i++) {
            id = model.nextId();
            byte[] packet = InnerPackets.udp(inner(from, v6), inner(to, v6), id, payloadBytes);
            model.sent(id, from, to, false, packet);
            batch.add(packet);
        }
        nodes.get(from).sendBatch(batch);
        return id;
    }

    private void spoof(int from) {
        int to = from == 0 ? 1 : 0;
        long id = model.nextId();
        // For the server's clients any source but the server's network is foreign; for the server, any but the
        // client's.
        byte[] packet = InnerPackets.udp(from == 0 ? "172.16.0.1" : "10.0.0.99", inner(to, false), id, 32);
        model.sent(id, from, to, true, packet);
        nodes.get(from).send(packet);
    }

    private void roam(int client) {
        SimNode node = nodes.get(client);
        network.unbind(node.address());
        node.address(freshAddress(client));
        network.bind(node.address(), node);
    }

    private void restart(int number) {
        network.forgetRecords();
        SimNode old = nodes.get(number);
        SimNode fresh = start(number, old.address());
        // A node that lost its state and whose clock is behind where it was cannot initiate until the clock
        // gets there: that is WireGuard's replay guard at work (paper 5.1). A run must not ask for more.
        fresh.setWallClock(old.latestWallOffsetNanos());
        nodes.set(number, fresh);
        if (number == 0) {
            for (int client = 1; client < nodes.size(); client++) {
                if (old.has(names.get(client))) {
                    addToServer(client);
                }
            }
        } else {
            addToClient(number);
        }
    }

    private SimNode start(int number, Endpoint address) {
        var surroundings = new SimNode.Surroundings(
                network::send, packet -> model.arrived(number, packet, from -> isPeer(number, from)), this::note);
        SimNode node =
                new SimNode("node" + number, copy(keys.get(number)), address, options, random.nextLong(), surroundings);
        node.tick(clock.nowNanos());
        network.bind(address, node);
        return node;
    }

    private boolean isPeer(int node, int other) {
        return nodes.get(node).has(names.get(other));
    }

    private void connect(int client) {
        addToServer(client);
        addToClient(client);
    }

    private void addToServer(int client) {
        SimNode server = nodes.get(0);
        if (!server.has(names.get(client))) {
            server.add(names.get(client), Optional.empty(), 0, inner(client, false) + "/32", inner(client, true));
            sharePresharedKey(server, client, client);
        }
    }

    private void addToClient(int client) {
        SimNode node = nodes.get(client);
        Optional<Endpoint> server = Optional.of(nodes.get(0).address());
        node.add(names.get(0), server, 0, "10.0.0.0/24", "fd00::/64");
        sharePresharedKey(node, 0, client);
        if (options.keepaliveSeconds() > 0) {
            node.command(new dev.sekisho.dataplane.engine.EngineCommand.UpdatePeer(
                    node.peer(names.get(0)), Optional.empty(), java.util.OptionalInt.of(options.keepaliveSeconds())));
        }
    }

    private void sharePresharedKey(SimNode node, int other, int client) {
        if (options.presharedKeys()) {
            byte[] psk = ByteBuffer.allocate(SecretKey.BYTES).putInt(client + 1).array();
            node.presharedKey(names.get(other), SecretKey.copyOf(psk, 0));
        }
    }

    private void floodJunk(int number, int datagrams) {
        Endpoint target = nodes.get(number).address();
        Endpoint outsider = Endpoint.parse("203.0.113.9:" + random.nextInt(1, 0xffff));
        for (int i = 0; i < datagrams; i++) {
            byte[] junk = network.recorded();
            switch (random.nextInt(4)) {
                case 0 -> junk = null;
                case 1 -> {
                    if (junk != null && junk.length > 0) {
                        junk = java.util.Arrays.copyOf(junk, random.nextInt(junk.length + 20));
                    }
                }
                case 2 -> {
                    if (junk != null && junk.length > 0) {
                        junk = junk.clone();
                        junk[random.nextInt(junk.length)] ^= (byte) (1 << random.nextInt(8));
                    }
                }
                default -> note("replays or reflects a datagram");
            }
            if (junk == null) {
                junk = new byte[random.nextInt(200)];
                random.nextBytes(junk);
                if (junk.length > 4 && random.nextBoolean()) {
                    ByteBuffer.wrap(junk).putInt(random.nextInt(1, 5) << 24);
                }
            }
            network.inject(outsider, target, junk);
        }
    }

    private void floodHandshakes(int initiations, int seconds) {
        SimNode server = nodes.get(0);
        server.underLoad(true);
        calmNanos = clock.nowNanos() + seconds * SimClock.SECOND;
        var silent = new SimNode.Surroundings(
                (from, to, datagram) -> network.inject(from, to, datagram), packet -> {}, line -> {});
        SecretKey key = SecretKey.generate((target, offset, length) -> {
            for (int i = 0; i < length; i++) {
                target[offset + i] = (byte) random.nextInt();
            }
        });
        Endpoint outsider = Endpoint.parse("203.0.113.7:7");
        SimNode stranger = new SimNode("stranger", key, outsider, options, random.nextLong(), silent);
        stranger.tick(clock.nowNanos());
        stranger.add(names.get(0), Optional.of(server.address()), 0);
        for (int i = 0; i < initiations; i++) {
            stranger.rekey(names.get(0));
        }
    }

    /// Faults cease; within protocol time every client and the server must hear each other again.
    private void recover() {
        note("calm");
        network.options(options.withoutFaults());
        network.mend();
        nodes.get(0).underLoad(false);
        for (int client = 1; client < nodes.size(); client++) {
            addToServer(client);
        }
        boolean[] heard = new boolean[2 * nodes.size()];
        long[] last = new long[2 * nodes.size()];
        for (int second = 0; second < RECOVERY_SECONDS; second++) {
            for (int client = 1; client < nodes.size(); client++) {
                last[2 * client] = send(client, 0, 100);
                last[2 * client + 1] = send(0, client, 100);
            }
            advance(SimClock.SECOND);
            for (int i = 2; i < last.length; i++) {
                heard[i] = model.hasArrived(last[i]);
            }
        }
        for (int i = 2; i < heard.length; i++) {
            if (!heard[i]) {
                throw new AssertionError((i % 2 == 0 ? "the server does not hear client " : "no answer reaches client ")
                        + i / 2 + " within " + RECOVERY_SECONDS + " s after faults ceased");
            }
        }
    }

    /// Without peers nothing may be left.
    private void tearDown() {
        for (int i = 0; i < nodes.size(); i++) {
            SimNode node = nodes.get(i);
            for (PublicKey name : names) {
                if (node.has(name)) {
                    node.remove(name);
                }
            }
            if (node.indexes().size() != 0) {
                throw new AssertionError(node + " leaks " + node.indexes().size() + " indices");
            }
            if (node.engine().nextDeadlineNanos() != Long.MAX_VALUE) {
                throw new AssertionError(node + " still waits for something");
            }
        }
    }

    private void checkBounds() {
        for (SimNode node : nodes) {
            int bound = 4 * node.peerCount();
            if (node.indexes().size() > bound) {
                throw new AssertionError(node + " holds " + node.indexes().size() + " indices");
            }
        }
    }

    private Endpoint freshAddress(int node) {
        addresses++;
        return node == 0
                ? Endpoint.parse("192.0.2.1:51820")
                : Endpoint.parse("198.51.100." + node + ":" + (10_000 + addresses));
    }

    private static String inner(int node, boolean v6) {
        return v6 ? "fd00::" + (node + 1) : "10.0.0." + (node + 1);
    }

    private static SecretKey copy(SecretKey key) {
        byte[] bytes = new byte[SecretKey.BYTES];
        key.copyTo(bytes, 0);
        return SecretKey.copyOf(bytes, 0);
    }

    private void note(String line) {
        if (line.equals(lastNote)) {
            repeats++;
            log.removeLast();
        } else {
            repeats = 1;
            lastNote = line;
        }
        if (log.size() == LOG_LINES) {
            log.remove();
        }
        log.add(clock.stamp() + "  " + line + (repeats > 1 ? " x" + repeats : ""));
    }
}
