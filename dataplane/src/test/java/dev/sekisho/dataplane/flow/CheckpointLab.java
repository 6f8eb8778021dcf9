package dev.sekisho.dataplane.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.dataplane.noise.IndexTable;
import dev.sekisho.dataplane.noise.PublicKey;
import dev.sekisho.dataplane.peer.AllowedIp;
import dev.sekisho.dataplane.peer.AllowedIps;
import dev.sekisho.dataplane.peer.Peer;
import dev.sekisho.dataplane.peer.PeerHome;
import dev.sekisho.dataplane.peer.StagingBudget;
import dev.sekisho.dataplane.testkit.IpPacket;
import dev.sekisho.dataplane.testkit.PolicyBook;
import dev.sekisho.dataplane.time.DeadlineQueue;
import dev.sekisho.dataplane.time.Jitter;
import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.DeviceId;
import dev.sekisho.policy.UserId;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// A checkpoint with devices and a policy, in a time of its own; keeps all that comes out of it.
///
/// It is noon of a Monday. Alice and Bob have a laptop each: [#alice] at `10.66.0.2` and `fd66::2`, [#bob] at
/// `10.66.0.3` and `fd66::3`. Nothing is granted until the test says so and calls [#enforce].
final class CheckpointLab implements CheckpointOutput {
    static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");
    static final String ALICE = "10.66.0.2:40000";
    static final String ALICE6 = "[fd66::2]:40000";
    static final String BOB = "10.66.0.3:40000";
    private static final int VIRTIO_BYTES = 10;

    record Sent(Peer peer, MemorySegment packet) {}

    record Injected(MemorySegment packet, boolean handedOff) {}

    record Released(MemorySegment packet, Passage passage) {}

    final Checkpoint checkpoint;
    final PolicyBook policy = new PolicyBook();
    final List<Released> released = new ArrayList<>();
    final List<Sent> replies = new ArrayList<>();
    final List<Injected> toTarget = new ArrayList<>();
    final List<CheckpointEvent> events = new ArrayList<>();
    final Map<DeviceId, LockReason> locked = new HashMap<>();
    final Peer alice;
    final Peer bob;
    MfaRules mfa = MfaRules.DEFAULT;
    ScanRules scan = ScanRules.DEFAULT;
    /// Events that still fit.
    int room = Integer.MAX_VALUE;
    long nowNanos = 1_000_000_000_000L;

    private final PeerHome home =
            new PeerHome(new IndexTable(1024), new DeadlineQueue<>(), new StagingBudget(1 << 20), new Jitter(1, 0));
    private final Map<PublicKey, DeviceBinding> bindings = new HashMap<>();
    private final List<AllowedIp> allowedIps = new ArrayList<>();
    private final MemorySegment memory = Arena.ofAuto().allocate(0x1_0000 + 64, Long.BYTES);
    private int nextPeer = 1;

    CheckpointLab() {
        this(4096);
    }

    CheckpointLab(int flows) {
        checkpoint = new Checkpoint(new CheckpointOptions(Arena.ofAuto(), flows, 42), this);
        checkpoint.wallTime(nowNanos, NOON.toEpochMilli());
        alice = device("alice-laptop", "alice", "10.66.0.2", "fd66::2");
        bob = device("bob-laptop", "bob", "10.66.0.3", "fd66::3");
        policy.role("staff").role("dev", "staff").user("alice", "dev").user("bob");
    }

    Peer device(String name, String user, String... addresses) {
        Peer peer = peer(addresses);
        bind(peer, name, user);
        return peer;
    }

    /// A peer that nobody owns.
    Peer peer(String... addresses) {
        byte[] key = ByteBuffer.allocate(PublicKey.BYTES).putInt(nextPeer++).array();
        Peer peer = new Peer(PublicKey.of(key, 0), home);
        checkpoint.add(peer);
        for (String address : addresses) {
            allowedIps.add(new AllowedIp(Cidr.parse(address), peer));
        }
        checkpoint.allowedIps(AllowedIps.of(allowedIps));
        return peer;
    }

    void bind(Peer peer, String name, String user) {
        bindings.put(peer.publicKey(), new DeviceBinding(new DeviceId(name), new UserId(user)));
    }

    void unbind(Peer peer) {
        bindings.remove(peer.publicKey());
    }

    /// Gives the addresses of one peer to another, as an administrator may.
    void move(Peer from, Peer to) {
        allowedIps.replaceAll(ip -> ip.peer().equals(from) ? new AllowedIp(ip.block(), to) : ip);
        checkpoint.allowedIps(AllowedIps.of(allowedIps));
    }

    /// Puts the policy as it stands in force.
    CheckpointLab enforce() {
        checkpoint.enforce(nowNanos, new Enforcement(policy.compile(), bindings, mfa, scan, locked));
        return this;
    }

    // ---- packets

    Passage send(Peer device, IpPacket packet) {
        return send(device, packet.build());
    }

    Passage send(Peer device, byte[] packet) {
        return checkpoint.fromDevice(nowNanos, device, load(packet), 0, packet.length);
    }

    void sendSpoofed(Peer device, IpPacket packet) {
        byte[] bytes = packet.build();
        checkpoint.spoofed(nowNanos, device, load(bytes), 0, bytes.length);
    }

    boolean deliver(Peer device, IpPacket packet) {
        return deliver(device, packet.build());
    }

    boolean deliver(Peer device, byte[] packet) {
        return checkpoint.toDevice(nowNanos, device, load(packet), 0, packet.length);
    }

    /// Delivers a super-packet, whose payload is cut into segments of that size behind the checkpoint.
    boolean deliverSuper(Peer device, IpPacket packet, int segmentBytes) {
        byte[] bytes = packet.build();
        return checkpoint.toDevice(nowNanos, device, load(bytes), 0, bytes.length, segmentBytes);
    }

    /// Carries a packet from one device to another.
    ///
    /// @return whether both sides let it through
    boolean relay(Peer from, Peer to, IpPacket packet) {
        return send(from, packet) == Passage.PASS && deliver(to, packet);
    }

    private MemorySegment load(byte[] packet) {
        MemorySegment.copy(packet, 0, memory, ValueLayout.JAVA_BYTE, 0, packet.length);
        return memory;
    }

    /// Three-way handshake of a connection that the device opens; its next byte is 1001, the target's 5001.
    void connect(Peer device, String from, String to) {
        assertThat(send(device, IpPacket.syn(from, to))).isNotEqualTo(Passage.STOP);
        assertThat(deliver(
                        device,
                        IpPacket.tcp(to, from, IpPacket.SYN | IpPacket.ACK).sequence(5000, 1001)))
                .isTrue();
        assertThat(send(device, data(from, to))).isNotEqualTo(Passage.STOP);
    }

    /// A segment of a connection that [#connect] made.
    static IpPacket data(String from, String to) {
        return IpPacket.tcp(from, to, IpPacket.ACK).sequence(1001, 5001);
    }

    /// A segment of the target in a connection that [#connect] made.
    static IpPacket answer(String from, String to) {
        return IpPacket.tcp(from, to, IpPacket.ACK).sequence(5001, 1001);
    }

    // ---- time

    /// Moves time on, as an engine does, stopping at every deadline.
    void advance(Duration time) {
        long until = nowNanos + time.toNanos();
        while (checkpoint.nextDeadlineNanos() <= until) {
            nowNanos = Math.max(nowNanos, checkpoint.nextDeadlineNanos());
            checkpoint.onTimeout(nowNanos);
        }
        nowNanos = until;
    }

    /// The wall clock shows another time.
    void clock(Instant time) {
        checkpoint.wallTime(nowNanos, time.toEpochMilli());
    }

    // ---- what came out

    <T extends CheckpointEvent> List<T> events(Class<T> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    <T extends CheckpointEvent> T last(Class<T> type) {
        List<T> all = events(type);
        assertThat(all)
                .as("events of %s among %s", type.getSimpleName(), events)
                .isNotEmpty();
        return all.getLast();
    }

    List<CheckpointEvent.ChallengeNeeded> challenges() {
        return events(CheckpointEvent.ChallengeNeeded.class);
    }

    /// Answers the challenge that was opened last.
    void answer(boolean approved) {
        assertThat(checkpoint.settle(nowNanos, challenges().getLast().id(), approved))
                .as("open challenge")
                .isTrue();
    }

    boolean isLocked(Peer device) {
        return report(device).lock() != null;
    }

    DeviceReport report(Peer device) {
        return checkpoint.devices().stream()
                .filter(report -> report.publicKey().equals(device.publicKey()))
                .findFirst()
                .orElseThrow();
    }

    List<FlowStatus> flows() {
        List<FlowStatus> all = new ArrayList<>();
        checkpoint.flows(Integer.MAX_VALUE, all::add);
        return all;
    }

    long denials(Denial reason) {
        return checkpoint.denials().count(reason);
    }

    static DeviceId id(String name) {
        return new DeviceId(name);
    }

    /// Reads a packet that came out, which must be a sound one.
    static Packet read(MemorySegment packet) {
        Packet read = new Packet();
        assertThat(new PacketParser().parse(packet, 0, (int) packet.byteSize(), read))
                .isEqualTo(PacketFault.NONE);
        return read;
    }

    // ---- the checkpoint's output

    @Override
    public void released(MemorySegment from, long offset, int lengthBytes, Passage passage) {
        released.add(new Released(bytes(from, offset, lengthBytes), passage));
    }

    @Override
    public void reply(long now, Peer peer, MemorySegment from, long offset, int lengthBytes) {
        replies.add(new Sent(peer, bytes(from, offset + VIRTIO_BYTES, lengthBytes - VIRTIO_BYTES)));
    }

    @Override
    public void toTarget(MemorySegment from, long offset, int lengthBytes, boolean handedOff) {
        toTarget.add(new Injected(bytes(from, offset + VIRTIO_BYTES, lengthBytes - VIRTIO_BYTES), handedOff));
    }

    @Override
    public boolean hasRoom(int count) {
        return room >= count;
    }

    @Override
    public boolean event(CheckpointEvent event) {
        Objects.requireNonNull(event);
        if (room <= 0) {
            return false;
        }
        room--;
        events.add(event);
        return true;
    }

    private static MemorySegment bytes(MemorySegment from, long offset, int lengthBytes) {
        return MemorySegment.ofArray(from.asSlice(offset, lengthBytes).toArray(ValueLayout.JAVA_BYTE));
    }
}
