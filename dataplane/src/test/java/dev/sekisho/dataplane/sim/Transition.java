package dev.sekisho.dataplane.sim;

import java.util.SplittableRandom;

/// One thing that happens in a run. Node 0 is the server, the others are its clients; traffic is between it and
/// them.
sealed interface Transition {
    /// A burst of packets that are read from the TUN of `from` in one batch.
    record Send(int from, int to, int packets, int payloadBytes, boolean v6) implements Transition {}

    /// A packet with the inner source of another node.
    record Spoof(int from) implements Transition {}

    record Advance(long millis) implements Transition {}

    /// A client gets a new address; the old one is nobody's.
    record Roam(int client) implements Transition {}

    /// Nothing reaches or leaves a node for a while.
    record DropLink(int node, int seconds) implements Transition {}

    /// The wall clock, not the monotonic one.
    record ClockJump(int node, int seconds) implements Transition {}

    /// All state is lost but the configuration.
    record Restart(int node) implements Transition {}

    record Rekey(int from, int to) implements Transition {}

    /// The server forgets a client.
    record RemovePeer(int client) implements Transition {}

    /// And knows it again.
    record AddPeer(int client) implements Transition {}

    /// Random bytes, replays, mutations and reflections from an outsider.
    record FloodJunk(int node, int datagrams) implements Transition {}

    /// The server takes itself to be under load while strangers send it initiations with a right mac1.
    record FloodHandshakes(int initiations, int seconds) implements Transition {}

    static Transition random(SplittableRandom random, int nodes) {
        int client = random.nextInt(1, nodes);
        boolean up = random.nextBoolean();
        int from = up ? client : 0;
        int to = up ? 0 : client;
        return switch (random.nextInt(24)) {
            case 0, 1, 2, 3, 4, 5, 6, 7 ->
                new Send(from, to, random.nextInt(1, 80), random.nextInt(8, 1280 - 48), random.nextBoolean());
            case 8, 9, 10 -> new Advance(random.nextInt(1, 3_000));
            case 11, 12 -> new Advance(random.nextInt(1_000, 40_000));
            case 13 -> new Advance(random.nextInt(60_000, 900_000));
            case 14 -> new Roam(client);
            case 15 -> new DropLink(random.nextInt(nodes), random.nextInt(1, 200));
            case 16 -> new ClockJump(random.nextInt(nodes), random.nextInt(-100_000, 100_000));
            case 17 -> new Restart(random.nextInt(nodes));
            case 18 -> new Rekey(from, to);
            case 19 -> new RemovePeer(client);
            case 20 -> new AddPeer(client);
            case 21 -> new FloodJunk(random.nextInt(nodes), random.nextInt(1, 60));
            case 22 -> new FloodHandshakes(random.nextInt(1, 30), random.nextInt(1, 30));
            default -> new Spoof(from);
        };
    }
}
