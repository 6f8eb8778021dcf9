package dev.sekisho.dataplane.engine;

import dev.sekisho.crypto.ChaCha20Poly1305;
import dev.sekisho.crypto.SecretKey;
import dev.sekisho.dataplane.flow.CheckpointEvent;
import dev.sekisho.dataplane.flow.CheckpointOptions;
import dev.sekisho.dataplane.noise.IndexTable;
import dev.sekisho.dataplane.noise.Keypair;
import dev.sekisho.dataplane.noise.PublicKey;
import dev.sekisho.dataplane.peer.AllowedIp;
import dev.sekisho.dataplane.peer.AllowedIps;
import dev.sekisho.dataplane.peer.Peer;
import dev.sekisho.dataplane.sim.InnerPackets;
import dev.sekisho.dataplane.wire.Endpoint;
import dev.sekisho.policy.Cidr;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One engine with peers whose keys need no handshake; keeps what comes out. Two of them make a tunnel.
final class Tunnel implements CheckpointEgress {
    static final long SECOND = 1_000_000_000L;

    /// A train as it was handed over.
    record Train(Endpoint to, List<byte[]> datagrams) {}

    final IndexTable indexes = new IndexTable(64);
    final Engine engine;
    final Endpoint address;
    final List<Train> trains = new ArrayList<>();
    final List<byte[]> frames = new ArrayList<>();
    final List<Integer> handshakes = new ArrayList<>();
    final List<Peer> initiations = new ArrayList<>();
    final List<EngineEvent> events = new ArrayList<>();
    final MemorySegment scratch = Arena.ofAuto().allocate(0x1_0000 + 64);
    long nowNanos;
    final List<byte[]> handOffFrames = new ArrayList<>();
    final List<CheckpointEvent> checkpointEvents = new ArrayList<>();
    int flushes;

    private final List<AllowedIp> allowedIps = new ArrayList<>();
    private int nextPeer = 1;
    private int mtu = 1420;

    Tunnel(String address) {
        this(address, false);
    }

    /// @param guarded whether there is a checkpoint
    Tunnel(String address, boolean guarded) {
        this.address = Endpoint.parse(address);
        var options =
                new EngineOptions(indexes, ChaCha20Poly1305.create(), Arena.ofAuto(), true, true, address.hashCode());
        this.engine = guarded
                ? new Engine(options, new CheckpointOptions(Arena.ofAuto(), 1024, 42), this)
                : new Engine(options, (Egress) this);
    }

    Peer peer(Optional<Endpoint> endpoint, String... blocks) {
        byte[] key = new byte[PublicKey.BYTES];
        key[0] = (byte) nextPeer++;
        Peer peer = engine.newPeer(PublicKey.of(key, 0));
        engine.onCommand(nowNanos, new EngineCommand.AddPeer(peer, endpoint, 0));
        for (String block : blocks) {
            allowedIps.add(new AllowedIp(Cidr.parse(block), peer));
        }
        mtu(mtu);
        return peer;
    }

    void mtu(int bytes) {
        mtu = bytes;
        engine.config(new EngineConfig(AllowedIps.of(allowedIps), bytes));
    }

    /// Gives `mine` and `theirs` a session that `mine` began, and tells both engines.
    static Session connect(Tunnel mine, Peer peerOfMine, Tunnel theirs, Peer peerOfTheirs) {
        Session session = session(mine, peerOfMine, theirs, peerOfTheirs);
        theirs.engine.onCommand(
                theirs.nowNanos, new EngineCommand.SessionEstablished(peerOfTheirs, session.responder, mine.address));
        mine.engine.onCommand(
                mine.nowNanos, new EngineCommand.SessionEstablished(peerOfMine, session.initiator, theirs.address));
        return session;
    }

    /// Makes the two key pairs of a session; nobody is told.
    static Session session(Tunnel mine, Peer peerOfMine, Tunnel theirs, Peer peerOfTheirs) {
        byte[] up = new byte[SecretKey.BYTES];
        byte[] down = new byte[SecretKey.BYTES];
        counter++;
        up[0] = (byte) counter;
        down[0] = (byte) counter;
        down[1] = 1;
        int here = mine.index(peerOfMine);
        int there = theirs.index(peerOfTheirs);
        long epoch = 1_700_000_000L * SECOND;
        var initiator = new Keypair(
                peerOfMine.handshake(), true, here, there, key(up), key(down), mine.nowNanos, epoch + mine.nowNanos);
        var responder = new Keypair(
                peerOfTheirs.handshake(),
                false,
                there,
                here,
                key(down),
                key(up),
                theirs.nowNanos,
                epoch + theirs.nowNanos);
        mine.indexes.publish(here, initiator);
        theirs.indexes.publish(there, responder);
        return new Session(initiator, responder);
    }

    record Session(Keypair initiator, Keypair responder) {}

    /// Reads one packet from the TUN and ends the batch.
    void send(byte[] packet) {
        offer(packet);
        engine.flush(nowNanos);
    }

    /// Reads one packet from the TUN.
    void offer(byte[] packet) {
        engine.onTunFrame(nowNanos, scratch, 0, InnerPackets.writeFrame(scratch, 0, packet));
    }

    /// Hands all trains of `other` to this engine, each as one coalesced message.
    void receiveAll(Tunnel other) {
        for (Train train : other.trains) {
            receive(other.address, train);
        }
        other.trains.clear();
        engine.flush(nowNanos);
    }

    void receive(Endpoint from, Train train) {
        int at = 0;
        for (byte[] datagram : train.datagrams) {
            MemorySegment.copy(datagram, 0, scratch, ValueLayout.JAVA_BYTE, at, datagram.length);
            at += datagram.length;
        }
        engine.onDatagrams(nowNanos, from, scratch, 0, at, train.datagrams.getFirst().length);
    }

    void receive(Endpoint from, byte[] datagram) {
        receive(from, new Train(address, List.of(datagram)));
        engine.flush(nowNanos);
    }

    /// Moves time on, as a driver does, stopping at every deadline.
    void advance(long nanos) {
        long until = nowNanos + nanos;
        while (engine.nextDeadlineNanos() <= until) {
            nowNanos = Math.max(nowNanos, engine.nextDeadlineNanos());
            engine.onTimeout(nowNanos);
        }
        nowNanos = until;
    }

    long drops(DropReason reason) {
        return engine.drops().count(reason);
    }

    List<byte[]> datagrams() {
        return trains.stream().flatMap(t -> t.datagrams.stream()).toList();
    }

    @Override
    public void toNetwork(Endpoint to, MemorySegment memory, long offset, int totalBytes, int segmentBytes) {
        List<byte[]> datagrams = new ArrayList<>();
        for (int at = 0; at < totalBytes; at += segmentBytes) {
            int bytes = Math.min(segmentBytes, totalBytes - at);
            datagrams.add(memory.asSlice(offset + at, bytes).toArray(ValueLayout.JAVA_BYTE));
        }
        trains.add(new Train(to, datagrams));
    }

    @Override
    public void flushNetwork() {
        flushes++;
    }

    @Override
    public void toTun(MemorySegment memory, long offset, int lengthBytes) {
        frames.add(memory.asSlice(offset, lengthBytes).toArray(ValueLayout.JAVA_BYTE));
    }

    @Override
    public void toHandshake(Endpoint from, MemorySegment memory, long offset, int lengthBytes) {
        handshakes.add(lengthBytes);
    }

    @Override
    public void initiate(Peer peer) {
        initiations.add(peer);
    }

    @Override
    public void event(EngineEvent event) {
        events.add(event);
    }

    @Override
    public void toHandOff(MemorySegment memory, long offset, int lengthBytes) {
        handOffFrames.add(memory.asSlice(offset, lengthBytes).toArray(ValueLayout.JAVA_BYTE));
    }

    @Override
    public boolean hasRoom(int count) {
        return true;
    }

    @Override
    public boolean event(CheckpointEvent event) {
        checkpointEvents.add(event);
        return true;
    }

    private static int counter;

    private int index(Peer peer) {
        return indexes.reserve(peer.handshake(), (target, offset, length) -> {
            for (int i = 0; i < length; i++) {
                target[offset + i] = (byte) ((++counter * 0x9e3779b9) >>> 24);
            }
        });
    }

    private static SecretKey key(byte[] bytes) {
        return SecretKey.copyOf(bytes, 0);
    }
}
