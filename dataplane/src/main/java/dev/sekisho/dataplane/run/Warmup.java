package dev.sekisho.dataplane.run;

import dev.sekisho.crypto.ChaCha20Poly1305;
import dev.sekisho.crypto.CryptoWarmup;
import dev.sekisho.crypto.Entropy;
import dev.sekisho.crypto.SecretKey;
import dev.sekisho.dataplane.engine.CheckpointEgress;
import dev.sekisho.dataplane.engine.Engine;
import dev.sekisho.dataplane.engine.EngineCommand;
import dev.sekisho.dataplane.engine.EngineConfig;
import dev.sekisho.dataplane.engine.EngineEvent;
import dev.sekisho.dataplane.engine.EngineOptions;
import dev.sekisho.dataplane.flow.CheckpointEvent;
import dev.sekisho.dataplane.flow.CheckpointOptions;
import dev.sekisho.dataplane.flow.DeviceBinding;
import dev.sekisho.dataplane.flow.Enforcement;
import dev.sekisho.dataplane.flow.MfaRules;
import dev.sekisho.dataplane.flow.ScanRules;
import dev.sekisho.dataplane.noise.CookieChecker;
import dev.sekisho.dataplane.noise.HandshakeDrop;
import dev.sekisho.dataplane.noise.HandshakePeer;
import dev.sekisho.dataplane.noise.HandshakePeers;
import dev.sekisho.dataplane.noise.HandshakeSink;
import dev.sekisho.dataplane.noise.Handshaker;
import dev.sekisho.dataplane.noise.IndexTable;
import dev.sekisho.dataplane.noise.Keypair;
import dev.sekisho.dataplane.noise.LocalIdentity;
import dev.sekisho.dataplane.noise.PublicKey;
import dev.sekisho.dataplane.noise.RateLimiter;
import dev.sekisho.dataplane.peer.AllowedIp;
import dev.sekisho.dataplane.peer.AllowedIps;
import dev.sekisho.dataplane.peer.Peer;
import dev.sekisho.dataplane.wire.Endpoint;
import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.DeviceId;
import dev.sekisho.policy.Grant;
import dev.sekisho.policy.GrantId;
import dev.sekisho.policy.IpResource;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.PortSet;
import dev.sekisho.policy.ResourceId;
import dev.sekisho.policy.Subject;
import dev.sekisho.policy.Transport;
import dev.sekisho.policy.User;
import dev.sekisho.policy.UserId;
import dev.sekisho.policy.Validity;
import dev.sekisho.policy.compile.PolicyCompiler;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Runs the whole packet path in memory before the first real packet comes: a cold vector kernel works at one percent
/// of its
/// speed for most of a second, which would stall the first connections.
///
/// Two engines without sockets shake hands and exchange bulk TCP, small UDP and bare acknowledgements in both
/// directions until
/// the compilers are done with them. It is also a self-test: what does not arrive stops the start.
final class Warmup {
    /// Rounds that let every method on the path be compiled at its highest tier.
    private static final int ROUNDS = 1_500;

    /// Bound for slow machines: the tunnel then starts a little cold.
    private static final long LONGEST_NANOS = 2_000_000_000L;

    private static final Endpoint LEFT = Endpoint.parse("192.0.2.1:1");
    private static final Endpoint RIGHT = Endpoint.parse("192.0.2.2:1");

    private Warmup() {}

    /// Initialised at most once in a process: what is compiled stays compiled.
    private static final class Plain {
        static final long ROUNDS_DONE = pump(false);
    }

    /// The same for a tunnel with a checkpoint.
    private static final class Guarded {
        static final long ROUNDS_DONE = pump(true);
    }

    /// Takes one to two seconds on the first call in a process, nothing on later ones.
    ///
    /// @param guarded whether the right side has a checkpoint
    /// @return number of rounds made
    /// @throws ExceptionInInitializerError when a known answer is wrong or a packet is lost
    static long run(boolean guarded) {
        return guarded ? Guarded.ROUNDS_DONE : Plain.ROUNDS_DONE;
    }

    private static long pump(boolean guarded) {
        CryptoWarmup.run();
        SecretKey leftKey = SecretKey.generate(Entropy.system());
        SecretKey rightKey = SecretKey.generate(Entropy.system());
        Node left = new Node(leftKey, LEFT, WarmupFrames.RIGHT_BLOCK, false);
        Node right = new Node(rightKey, RIGHT, WarmupFrames.LEFT_BLOCK, guarded);
        left.other = right;
        right.other = left;
        left.meet(right.identity);
        right.meet(left.identity);
        left.handshake();
        long end = System.nanoTime() + LONGEST_NANOS;
        WarmupFrames frames = new WarmupFrames();
        left.open(frames);
        int round = 0;
        for (; round < ROUNDS && System.nanoTime() < end; round++) {
            left.round(frames, true, round);
            right.round(frames, false, round);
        }
        if (left.tunBytes < round || right.tunBytes < round) {
            throw new IllegalStateException("self-test failed: packets were lost on their way through the engine");
        }
        left.close();
        right.close();
        return round;
    }

    /// One side: an engine whose network is the other side.
    private static final class Node implements CheckpointEgress, HandshakeSink {
        private final Endpoint here;
        private final String block;
        private final IndexTable indexes = new IndexTable(1);
        private final HandshakePeers peers = new HandshakePeers(indexes);
        private final Handshaker handshaker;
        private final LocalIdentity identity;
        private final Engine engine;
        private final boolean guarded;
        private long tunBytes;
        private @Nullable Node other;
        private @Nullable Peer peer;

        Node(SecretKey key, Endpoint here, String block, boolean guarded) {
            this.guarded = guarded;
            this.here = here;
            this.block = block;
            this.identity = LocalIdentity.of(key);
            peers.identity(identity);
            handshaker = new Handshaker(
                    peers,
                    indexes,
                    new CookieChecker(Entropy.system()),
                    new RateLimiter(Entropy.system()),
                    Entropy.system());
            EngineOptions options =
                    new EngineOptions(indexes, ChaCha20Poly1305.create(), Arena.ofAuto(), true, true, 1);
            engine = guarded
                    ? new Engine(options, new CheckpointOptions(Arena.ofAuto(), Guard.MIN_FLOWS, 1), this)
                    : new Engine(options, this);
        }

        void meet(LocalIdentity remote) {
            Peer met = engine.newPeer(remote.publicKey());
            peer = met;
            peers.add(met.handshake());
            Endpoint there = here.equals(LEFT) ? RIGHT : LEFT;
            engine.onCommand(System.nanoTime(), new EngineCommand.AddPeer(met, Optional.of(there), 0));
            engine.config(new EngineConfig(AllowedIps.of(List.of(new AllowedIp(Cidr.parse(block), met))), 1420));
            if (guarded) {
                engine.checkpoint().enforce(System.nanoTime(), allowing(met.publicKey()));
            }
        }

        /// A policy by which the peer may reach this side.
        private static Enforcement allowing(PublicKey key) {
            UserId user = new UserId("warm-up");
            ResourceId target = new ResourceId("warm-up");
            Policy policy = new Policy(
                    1,
                    List.of(),
                    List.of(new User(user, List.of(), Set.of())),
                    List.of(new IpResource(
                            target,
                            Cidr.parse(WarmupFrames.RIGHT_BLOCK),
                            PortSet.parse("1-65535"),
                            Transport.BOTH,
                            false)),
                    List.of(new Grant(
                            new GrantId("warm-up"), target, new Subject.User(user), false, false, Validity.ALWAYS)),
                    List.of());
            return new Enforcement(
                    PolicyCompiler.compile(policy),
                    Map.of(key, new DeviceBinding(new DeviceId("warm-up"), user)),
                    MfaRules.DEFAULT,
                    ScanRules.DEFAULT,
                    Map.of());
        }

        /// Opens the connection that the TCP frames belong to.
        void open(WarmupFrames frames) {
            long now = System.nanoTime();
            engine.onTunFrame(now, frames.memory(), 0, frames.opening());
            engine.flush(now);
        }

        void handshake() {
            if (peer != null && other != null) {
                long now = System.nanoTime();
                handshaker.initiate(now, 1_000_000_000L, peer.handshake(), other.here, this);
                engine.flush(now);
            }
        }

        void round(WarmupFrames frames, boolean fromLeft, int round) {
            long now = System.nanoTime();
            MemorySegment frame = frames.memory();
            engine.onTunFrame(now, frame, 0, frames.bulk(fromLeft, round));
            engine.onTunFrame(now, frame, 0, frames.acknowledgement(fromLeft, round));
            for (int i = 0; i < WarmupFrames.SMALL_PER_ROUND; i++) {
                engine.onTunFrame(now, frame, 0, frames.small(fromLeft, round));
            }
            engine.flush(now);
            if (engine.nextDeadlineNanos() <= now) {
                engine.onTimeout(now);
            }
        }

        void close() {
            if (peer != null) {
                engine.onCommand(System.nanoTime(), new EngineCommand.RemovePeer(peer));
                peers.remove(peer.handshake());
            }
            peers.identity(null);
        }

        @Override
        public void toNetwork(Endpoint to, MemorySegment memory, long offset, int totalBytes, int segmentBytes) {
            if (other != null) {
                other.engine.onDatagrams(System.nanoTime(), here, memory, offset, totalBytes, segmentBytes);
            }
        }

        @Override
        public void flushNetwork() {
            if (other != null) {
                other.engine.flush(System.nanoTime());
            }
        }

        @Override
        public void toTun(MemorySegment memory, long offset, int lengthBytes) {
            tunBytes += lengthBytes;
        }

        @Override
        public void toHandshake(Endpoint from, MemorySegment memory, long offset, int lengthBytes) {
            throw new IllegalStateException("handshake messages do not pass the engines of a warm-up");
        }

        @Override
        public void initiate(Peer wanted) {
            // the session of the warm-up lasts longer than the warm-up
        }

        @Override
        public void toHandOff(MemorySegment memory, long offset, int lengthBytes) {
            throw new IllegalStateException("nothing is handed off in a warm-up");
        }

        @Override
        public boolean hasRoom(int count) {
            return true;
        }

        @Override
        public boolean event(CheckpointEvent event) {
            return true;
        }

        @Override
        public void event(EngineEvent event) {
            // nobody listens yet
        }

        @Override
        public void send(Endpoint to, MemorySegment message, long offset, int lengthBytes) {
            if (other != null) {
                other.handshaker.onMessage(
                        System.nanoTime(), 1_000_000_000L, here, message, offset, lengthBytes, false, other);
            }
        }

        @Override
        public void established(HandshakePeer handshakePeer, Keypair keypair, Endpoint from) {
            if (peer != null) {
                engine.onCommand(System.nanoTime(), new EngineCommand.SessionEstablished(peer, keypair, from));
            }
        }

        @Override
        public void dropped(HandshakeDrop reason) {
            throw new IllegalStateException("self-test failed: a handshake message was dropped: " + reason);
        }
    }
}
