package dev.sekisho.dataplane.sim;

import dev.sekisho.crypto.ChaCha20Poly1305;
import dev.sekisho.crypto.Entropy;
import dev.sekisho.crypto.SecretKey;
import dev.sekisho.dataplane.engine.Egress;
import dev.sekisho.dataplane.engine.Engine;
import dev.sekisho.dataplane.engine.EngineCommand;
import dev.sekisho.dataplane.engine.EngineConfig;
import dev.sekisho.dataplane.engine.EngineEvent;
import dev.sekisho.dataplane.engine.EngineOptions;
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
import dev.sekisho.dataplane.offload.SegmentSplitter;
import dev.sekisho.dataplane.peer.AllowedIp;
import dev.sekisho.dataplane.peer.AllowedIps;
import dev.sekisho.dataplane.peer.Peer;
import dev.sekisho.dataplane.testkit.Seeds;
import dev.sekisho.dataplane.wire.Endpoint;
import dev.sekisho.policy.Cidr;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/// One end of tunnels: an [Engine] and a [Handshaker] driven by hand. What a driver does with threads and
/// queues, this does with a list of jobs, carried out after the engine's call is over.
public final class SimNode implements Egress, HandshakeSink {
    private static final int SLACK = 16;

    private record Train(Endpoint to, MemorySegment memory, long offset, int totalBytes, int segmentBytes) {}

    /// Where a node's neighbours in the test are.
    ///
    /// @param network takes datagrams: from, to, bytes
    /// @param tun takes inner packets, already cut into single ones
    /// @param log takes one line each
    public record Surroundings(Wire network, Consumer<byte[]> tun, Consumer<String> log) {}

    /// Takes datagrams.
    public interface Wire {
        void send(Endpoint from, Endpoint to, byte[] datagram);
    }

    private final String name;
    private final SplittableRandom random;
    private final Surroundings out;
    private final boolean lateWord;
    private final IndexTable indexes = new IndexTable(64);
    private final HandshakePeers registry = new HandshakePeers(indexes);
    private final Handshaker handshaker;
    private final Engine engine;
    private final Map<PublicKey, Peer> peers = new LinkedHashMap<>();
    private final Map<PublicKey, List<Cidr>> blocks = new LinkedHashMap<>();
    private final List<Train> trains = new ArrayList<>();
    private final Deque<Runnable> jobs = new ArrayDeque<>();
    private final Deque<EngineCommand> word = new ArrayDeque<>();
    private final Map<HandshakeDrop, Integer> handshakeDrops = new EnumMap<>(HandshakeDrop.class);
    private final SegmentSplitter splitter = new SegmentSplitter();
    private final MemorySegment scratch = Arena.ofAuto().allocate(0x1_0000 + 64);
    private final int mtu;
    private Endpoint address;
    private long nowNanos;
    private long wallOffsetNanos;
    private long latestWallOffsetNanos;
    private long earliestWallOffsetNanos = Long.MIN_VALUE;
    private boolean underLoad;
    private int trainsSent;
    private int framesOut;

    public SimNode(
            String name, SecretKey privateKey, Endpoint address, SimOptions options, long seed, Surroundings out) {
        this.name = name;
        this.address = address;
        this.out = out;
        this.mtu = options.mtu();
        this.lateWord = options.lateWord();
        this.random = Seeds.random(seed);
        Entropy entropy = this::draw;
        registry.identity(LocalIdentity.of(privateKey));
        this.handshaker =
                new Handshaker(registry, indexes, new CookieChecker(entropy), new RateLimiter(entropy), entropy);
        var engineOptions = new EngineOptions(
                indexes, ChaCha20Poly1305.create(), Arena.ofAuto(), options.merge(), options.merge(), seed);
        this.engine = new Engine(engineOptions, this);
        reconfigure();
    }

    /// Adds a peer with inner addresses.
    public Peer add(PublicKey key, Optional<Endpoint> endpoint, int keepaliveSeconds, String... cidrs) {
        Peer peer = engine.newPeer(key);
        peers.put(key, peer);
        blocks.put(key, List.of(cidrs).stream().map(Cidr::parse).toList());
        if (!registry.add(peer.handshake())) {
            throw new IllegalStateException(name + " knows this peer already");
        }
        reconfigure();
        command(new EngineCommand.AddPeer(peer, endpoint, keepaliveSeconds));
        return peer;
    }

    public void presharedKey(PublicKey key, SecretKey psk) {
        peer(key).handshake().presharedKey(psk);
    }

    public void remove(PublicKey key) {
        Peer peer = Objects.requireNonNull(peers.remove(key));
        blocks.remove(key);
        reconfigure();
        command(new EngineCommand.RemovePeer(peer));
        registry.remove(peer.handshake());
    }

    public boolean has(PublicKey key) {
        return peers.containsKey(key);
    }

    public Peer peer(PublicKey key) {
        return Objects.requireNonNull(peers.get(key));
    }

    public void command(EngineCommand command) {
        engine.onCommand(nowNanos, command);
        settle();
    }

    /// Lets the handshaker begin a handshake that nobody asked for.
    public void rekey(PublicKey key) {
        initiate(peer(key));
        settle();
    }

    /// The TUN reads one packet.
    public void send(byte[] packet) {
        int bytes = InnerPackets.writeFrame(scratch, 0, packet);
        assert bytes + SLACK <= scratch.byteSize();
        engine.onTunFrame(nowNanos, scratch, 0, bytes);
        settle();
    }

    /// The TUN reads several packets in one batch.
    public void sendBatch(List<byte[]> packets) {
        for (byte[] packet : packets) {
            engine.onTunFrame(nowNanos, scratch, 0, InnerPackets.writeFrame(scratch, 0, packet));
        }
        settle();
    }

    /// The socket reads one message.
    public void receive(Endpoint from, byte[] message, int segmentBytes) {
        MemorySegment.copy(message, 0, scratch, ValueLayout.JAVA_BYTE, 0, message.length);
        engine.onDatagrams(nowNanos, from, scratch, 0, message.length, segmentBytes);
        settle();
    }

    /// Time has come this far; the engine does what is due.
    public void tick(long now) {
        nowNanos = now;
        if (engine.nextDeadlineNanos() <= now) {
            engine.onTimeout(now);
            settle();
        }
        if (engine.nextDeadlineNanos() <= now) {
            throw new AssertionError(name + " is never done");
        }
    }

    public long nextNanos() {
        return word.isEmpty() ? engine.nextDeadlineNanos() : nowNanos;
    }

    /// Carries out what a driver's other threads left.
    public void hearWord() {
        while (!word.isEmpty()) {
            engine.onCommand(nowNanos, word.remove());
        }
        settle();
    }

    private void settle() {
        engine.flush(nowNanos);
        while (!jobs.isEmpty()) {
            jobs.remove().run();
            if (!lateWord) {
                while (!word.isEmpty()) {
                    engine.onCommand(nowNanos, word.remove());
                }
            }
            engine.flush(nowNanos);
        }
    }

    @Override
    public void toNetwork(Endpoint to, MemorySegment memory, long offset, int totalBytes, int segmentBytes) {
        trains.add(new Train(to, memory, offset, totalBytes, segmentBytes));
    }

    /// Reads the trains only now: the engine promised that they stay.
    @Override
    public void flushNetwork() {
        for (Train train : trains) {
            trainsSent++;
            for (int at = 0; at < train.totalBytes; at += train.segmentBytes) {
                int bytes = Math.min(train.segmentBytes, train.totalBytes - at);
                out.network.send(address, train.to, bytes(train.memory, train.offset + at, bytes));
            }
        }
        trains.clear();
    }

    @Override
    public void toTun(MemorySegment memory, long offset, int lengthBytes) {
        framesOut++;
        MemorySegment copy = Arena.ofAuto().allocate(lengthBytes + 64);
        MemorySegment.copy(memory, offset, copy, 0, lengthBytes);
        if (!splitter.begin(copy, 0, lengthBytes)) {
            throw new AssertionError(name + " wrote a malformed frame: " + splitter.reason());
        }
        while (splitter.next()) {
            out.tun.accept(bytes(copy, splitter.packetOffset(), splitter.packetLength()));
        }
    }

    @Override
    public void toHandshake(Endpoint from, MemorySegment memory, long offset, int lengthBytes) {
        MemorySegment message = MemorySegment.ofArray(bytes(memory, offset, lengthBytes));
        jobs.add(() -> handshaker.onMessage(nowNanos, wallNanos(), from, message, 0, lengthBytes, underLoad, this));
    }

    @Override
    public void initiate(Peer peer) {
        jobs.add(() -> {
            Endpoint to = peer.endpoint();
            if (to != null) {
                handshaker.initiate(nowNanos, wallNanos(), peer.handshake(), to, this);
            }
        });
    }

    @Override
    public void event(EngineEvent event) {
        out.log.accept(name + " " + event.getClass().getSimpleName());
        if (event instanceof EngineEvent.KeysForgotten forgotten) {
            registry.abandon(forgotten.peer().handshake());
        }
    }

    @Override
    public void send(Endpoint to, MemorySegment message, long offset, int lengthBytes) {
        out.network.send(address, to, bytes(message, offset, lengthBytes));
    }

    @Override
    public void established(HandshakePeer peer, Keypair keypair, Endpoint from) {
        out.log.accept(name + " has keys as " + (keypair.isInitiator() ? "initiator" : "responder"));
        word.add(new EngineCommand.SessionEstablished((Peer) peer.owner(), keypair, from));
    }

    @Override
    public void dropped(HandshakeDrop reason) {
        handshakeDrops.merge(reason, 1, Integer::sum);
        out.log.accept(name + " drops a handshake: " + reason);
    }

    public Engine engine() {
        return engine;
    }

    public IndexTable indexes() {
        return indexes;
    }

    public Endpoint address() {
        return address;
    }

    public void address(Endpoint moved) {
        address = moved;
    }

    public void underLoad(boolean loaded) {
        underLoad = loaded;
    }

    public void jumpWallClock(long nanos) {
        wallOffsetNanos = Math.max(earliestWallOffsetNanos, wallOffsetNanos + nanos);
        latestWallOffsetNanos = Math.max(latestWallOffsetNanos, wallOffsetNanos);
    }

    /// The clock is right now and never goes behind that: see the note at restarts.
    public void setWallClock(long offsetNanos) {
        wallOffsetNanos = offsetNanos;
        latestWallOffsetNanos = offsetNanos;
        earliestWallOffsetNanos = offsetNanos;
    }

    /// How far ahead this node's wall clock has ever been.
    public long latestWallOffsetNanos() {
        return latestWallOffsetNanos;
    }

    public int handshakeDrops(HandshakeDrop reason) {
        return handshakeDrops.getOrDefault(reason, 0);
    }

    public int trainsSent() {
        return trainsSent;
    }

    public int framesOut() {
        return framesOut;
    }

    public int peerCount() {
        return peers.size();
    }

    @Override
    public String toString() {
        return name;
    }

    private void reconfigure() {
        List<AllowedIp> entries = new ArrayList<>();
        blocks.forEach((key, cidrs) -> cidrs.forEach(cidr -> entries.add(new AllowedIp(cidr, peer(key)))));
        engine.config(new EngineConfig(AllowedIps.of(entries), mtu));
    }

    private long wallNanos() {
        return 1_800_000_000L * SimClock.SECOND + nowNanos + wallOffsetNanos;
    }

    private void draw(byte[] target, int offset, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        System.arraycopy(bytes, 0, target, offset, length);
    }

    private static byte[] bytes(MemorySegment memory, long offset, int lengthBytes) {
        return memory.asSlice(offset, lengthBytes).toArray(ValueLayout.JAVA_BYTE);
    }
}
