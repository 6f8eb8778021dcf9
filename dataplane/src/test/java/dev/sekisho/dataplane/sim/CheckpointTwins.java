package dev.sekisho.dataplane.sim;

import dev.sekisho.dataplane.Limits;
import dev.sekisho.dataplane.flow.Checkpoint;
import dev.sekisho.dataplane.flow.CheckpointEvent;
import dev.sekisho.dataplane.flow.CheckpointOptions;
import dev.sekisho.dataplane.flow.CheckpointOutput;
import dev.sekisho.dataplane.flow.DeviceBinding;
import dev.sekisho.dataplane.flow.Enforcement;
import dev.sekisho.dataplane.flow.FlowTuple;
import dev.sekisho.dataplane.flow.LockReason;
import dev.sekisho.dataplane.flow.Passage;
import dev.sekisho.dataplane.noise.IndexTable;
import dev.sekisho.dataplane.noise.PublicKey;
import dev.sekisho.dataplane.peer.AllowedIp;
import dev.sekisho.dataplane.peer.AllowedIps;
import dev.sekisho.dataplane.peer.Peer;
import dev.sekisho.dataplane.peer.PeerHome;
import dev.sekisho.dataplane.peer.StagingBudget;
import dev.sekisho.dataplane.time.DeadlineQueue;
import dev.sekisho.dataplane.time.Jitter;
import dev.sekisho.dataplane.wire.Endpoint;
import dev.sekisho.dataplane.wire.VirtioHeader;
import dev.sekisho.policy.compile.PolicyCompiler;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;

/// A checkpoint and its model, to which the same things happen at the same time. What the checkpoint puts out is kept
/// for [Comparison].
final class CheckpointTwins implements CheckpointOutput {
    private static final long START_NANOS = 1_000_000_000_000L;

    /// Two packets never come at the same time: what falls due at the same time does so in no certain order.
    private static final long PACKET_NANOS = 1_000;

    /// Times that a driver wakes at most while time moves on once: one that oversleeps must do no harm.
    private static final int WAKES = 12;

    private final Checkpoint checkpoint;
    private final Reference model;
    private final Consumer<String> log;
    private final PeerHome home =
            new PeerHome(new IndexTable(16), new DeadlineQueue<>(), new StagingBudget(1 << 20), new Jitter(1, 0));
    private final Map<Integer, Peer> peers = new TreeMap<>();
    private final MemorySegment scratch;
    private final Comparison comparison;
    private boolean ringOpen = true;
    private long nowNanos = START_NANOS;
    private long wallNanos;

    CheckpointTwins(Arena arena, int capacity, long seed, long epochSecond, Consumer<String> log) {
        this.log = log;
        this.scratch = arena.allocate(Limits.MAX_IP_BYTES + Limits.PADDING_BYTES, Long.BYTES);
        this.checkpoint = new Checkpoint(new CheckpointOptions(arena, capacity, seed), this);
        this.model = new Reference(capacity);
        this.comparison = new Comparison(checkpoint, model);
        this.wallNanos = epochSecond * SimClock.SECOND - nowNanos;
        tell();
    }

    Reference model() {
        return model;
    }

    long nowNanos() {
        return nowNanos;
    }

    long second() {
        return model.second(nowNanos);
    }

    boolean has(int device) {
        return peers.containsKey(device);
    }

    // ---- packets

    void fromDevice(int device, Probe probe) {
        nowNanos += PACKET_NANOS;
        byte[] bytes = probe.bytes();
        Passage passage = checkpoint.fromDevice(nowNanos, peer(device), scratch, 0, load(bytes));
        model.hints(comparison.unmatched());
        ReferenceHolds.Fate fate = model.fromDevice(nowNanos, model.device(device), probe, bytes);
        log.accept("  " + device + " > " + probe + " " + passage + ", " + fate);
        Passage expected = switch (fate) {
            case PASS -> Passage.PASS;
            case HAND_OFF -> Passage.HAND_OFF;
            case HELD, REFUSED -> Passage.STOP;
        };
        Comparison.same("passage of a packet from a device", passage, expected);
        comparison.counts();
    }

    void spoofed(int device, Probe probe) {
        log.accept("  " + device + " spoofs " + probe);
        checkpoint.spoofed(nowNanos, peer(device), scratch, 0, load(probe.bytes()));
        model.spoofed(nowNanos, model.device(device), probe);
    }

    void toDevice(int device, Probe probe) {
        nowNanos += PACKET_NANOS;
        byte[] bytes = probe.bytes();
        boolean passes = checkpoint.toDevice(nowNanos, peer(device), scratch, 0, load(bytes), 0);
        model.hints(comparison.unmatched());
        ReferenceHolds.Fate fate = model.toDevice(nowNanos, model.device(device), probe, bytes);
        log.accept("  " + device + " < " + probe + " " + passes + ", " + fate);
        Comparison.same("passage of a packet to a device", passes, fate == ReferenceHolds.Fate.PASS);
        comparison.counts();
    }

    private int load(byte[] bytes) {
        MemorySegment.copy(bytes, 0, scratch, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return bytes.length;
    }

    private Peer peer(int device) {
        return Objects.requireNonNull(peers.get(device));
    }

    // ---- commands

    void enforce(Reference.Rules rules) {
        Map<PublicKey, DeviceBinding> byKey = new HashMap<>();
        rules.bindings().forEach((device, binding) -> byKey.put(key(device), binding));
        checkpoint.enforce(
                nowNanos,
                new Enforcement(
                        PolicyCompiler.compile(rules.policy()), byKey, rules.mfa(), rules.scan(), rules.locked()));
        model.hints(comparison.unmatched());
        model.enforce(nowNanos, rules);
    }

    void settle(long id, boolean approved) {
        boolean wasOpen = checkpoint.settle(nowNanos, id, approved);
        model.hints(comparison.unmatched());
        Comparison.same("whether a challenge was open", wasOpen, model.settle(nowNanos, id, approved));
    }

    void lock(int device) {
        ReferenceState.Device named = model.device(device);
        boolean known = checkpoint.lock(nowNanos, named.id());
        Comparison.same("whether a device is known", known, named.bound);
        if (known) {
            model.lock(nowNanos, named, LockReason.ADMIN);
        }
    }

    void unlock(int device) {
        ReferenceState.Device named = model.device(device);
        model.locks.remove(named.id()); // whether or not it is there at present
        if (checkpoint.unlock(nowNanos, named.id())) {
            model.unlock(nowNanos, named);
        }
    }

    void add(int device) {
        Peer peer = new Peer(key(device), home);
        peers.put(device, peer);
        checkpoint.add(peer);
        model.add(device, peer.publicKey().toString());
        roam(device, 51_820);
        tellAddresses();
    }

    void remove(int device) {
        checkpoint.remove(nowNanos, Objects.requireNonNull(peers.remove(device)));
        model.remove(nowNanos, model.device(device));
        tellAddresses();
    }

    /// The device's datagrams come from elsewhere, which the engine notes at the peer. The model knows of no
    /// such thing: whatever it changes at the checkpoint is a difference.
    void roam(int device, int port) {
        Endpoint to = Endpoint.parse("198.51.100." + (device + 1) + ":" + port);
        peer(device).endpoint(to);
        model.device(device).origin = to.toString();
    }

    private void tellAddresses() {
        List<AllowedIp> entries = new ArrayList<>();
        peers.forEach((device, peer) -> {
            entries.add(new AllowedIp(World.address(device, true), peer));
            entries.add(new AllowedIp(World.address(device, false), peer));
        });
        checkpoint.allowedIps(AllowedIps.of(entries));
    }

    static PublicKey key(int device) {
        return PublicKey.of(
                ByteBuffer.allocate(PublicKey.BYTES).putInt(device + 1).array(), 0);
    }

    void ring(boolean open) {
        ringOpen = open;
        model.ring(open);
        if (open) {
            advance(25_000_000);
        }
    }

    // ---- time

    /// How long it is until this second begins by the wall clock.
    long nanosUntil(long second) {
        return second * SimClock.SECOND - wallNanos - nowNanos;
    }

    void jump(int seconds) {
        wallNanos += seconds * SimClock.SECOND;
        tell();
    }

    private void tell() {
        long epochMillis = (wallNanos + nowNanos) / 1_000_000;
        checkpoint.wallTime(nowNanos, epochMillis);
        model.tell(nowNanos, epochMillis);
    }

    void advance(long nanos) {
        long until = nowNanos + nanos;
        long pause = nanos / WAKES;
        int turns = 0;
        for (long next = checkpoint.nextDeadlineNanos(); next <= until; next = checkpoint.nextDeadlineNanos()) {
            if (next > nowNanos) {
                nowNanos = Math.min(until, Math.max(next, nowNanos + pause));
                turns = 0;
            } else if (++turns > 3) {
                throw new AssertionError("the checkpoint is never done");
            }
            model.onTimeout(nowNanos, this::flows);
            checkpoint.onTimeout(nowNanos);
        }
        nowNanos = until;
        tell();
    }

    private List<FlowTuple> flows() {
        List<FlowTuple> flows = new ArrayList<>();
        checkpoint.flows(Integer.MAX_VALUE, status -> flows.add(status.tuple()));
        return flows;
    }

    // ---- comparing

    void compare() {
        comparison.all(nowNanos, ringOpen);
    }

    /// Notes what is done next.
    void did(String step) {
        comparison.signs().note("did " + step);
    }

    /// What happened until now.
    StorySigns soFar() {
        return comparison.signs();
    }

    /// The end: everything that was opened is closed. Returns what happened.
    StorySigns close() {
        ring(true);
        compare();
        checkpoint.close(nowNanos);
        model.shutDown(nowNanos);
        comparison.end();
        return comparison.signs();
    }

    @Override
    public void released(MemorySegment memory, long offset, int lengthBytes, Passage passage) {
        comparison.released(memory.asSlice(offset, lengthBytes).toArray(ValueLayout.JAVA_BYTE), passage);
    }

    @Override
    public void reply(long now, Peer peer, MemorySegment memory, long offset, int lengthBytes) {
        comparison.reply(packet(memory, offset, lengthBytes));
    }

    @Override
    public void toTarget(MemorySegment memory, long offset, int lengthBytes, boolean handedOff) {
        comparison.toTarget(packet(memory, offset, lengthBytes));
    }

    /// Whoever is asked is shown where the device is now: that is read at its peer when the question comes
    /// up.
    private void checkOrigin(CheckpointEvent.ChallengeNeeded needed) {
        peers.forEach((device, peer) -> {
            ReferenceState.Device named = model.device(device);
            if (named.id().equals(needed.device())) {
                Comparison.same("origin of a challenge", String.valueOf(peer.endpoint()), named.origin);
            }
        });
    }

    private static byte[] packet(MemorySegment memory, long offset, int lengthBytes) {
        return memory.asSlice(offset + VirtioHeader.BYTES, lengthBytes - VirtioHeader.BYTES)
                .toArray(ValueLayout.JAVA_BYTE);
    }

    @Override
    public boolean hasRoom(int count) {
        return ringOpen;
    }

    @Override
    public boolean event(CheckpointEvent event) {
        if (ringOpen) {
            comparison.event(event);
            if (event instanceof CheckpointEvent.ChallengeNeeded needed) {
                checkOrigin(needed);
            }
        }
        return ringOpen;
    }
}
