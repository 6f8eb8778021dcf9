package dev.sekisho.bench.dataplane;

import dev.sekisho.bench.policy.LargePolicy;
import dev.sekisho.bench.policy.Questions;
import dev.sekisho.crypto.ChaCha20Poly1305;
import dev.sekisho.dataplane.engine.Engine;
import dev.sekisho.dataplane.engine.EngineOptions;
import dev.sekisho.dataplane.flow.Checkpoint;
import dev.sekisho.dataplane.flow.CheckpointEvent;
import dev.sekisho.dataplane.flow.CheckpointOptions;
import dev.sekisho.dataplane.flow.CheckpointOutput;
import dev.sekisho.dataplane.flow.DeviceBinding;
import dev.sekisho.dataplane.flow.Enforcement;
import dev.sekisho.dataplane.flow.MfaRules;
import dev.sekisho.dataplane.flow.Passage;
import dev.sekisho.dataplane.flow.ScanRules;
import dev.sekisho.dataplane.noise.IndexTable;
import dev.sekisho.dataplane.noise.PublicKey;
import dev.sekisho.dataplane.peer.AllowedIp;
import dev.sekisho.dataplane.peer.AllowedIps;
import dev.sekisho.dataplane.peer.Peer;
import dev.sekisho.dataplane.wire.TcpView;
import dev.sekisho.dataplane.wire.UdpView;
import dev.sekisho.policy.DeviceId;
import dev.sekisho.policy.Grant;
import dev.sekisho.policy.GrantId;
import dev.sekisho.policy.IpResource;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.PortSet;
import dev.sekisho.policy.ResourceId;
import dev.sekisho.policy.Subject;
import dev.sekisho.policy.Transport;
import dev.sekisho.policy.Validity;
import dev.sekisho.policy.compile.PolicyCompiler;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A checkpoint with the policy of a large site in force and devices whose users may, after a second factor that was
/// given, reach one IPv4 and one IPv6 address on many ports. Owner: one thread.
final class CheckpointSite implements CheckpointOutput {
    /// Devices, of as many users.
    static final int DEVICES = 16;

    /// Flows that may be live: each device may have all it is allowed.
    static final int CAPACITY = 1 << 18;

    static final long START_NANOS = 1_000_000_000L;

    private static final int SEED = 1;

    final Checkpoint checkpoint;
    final List<Peer> peers = new ArrayList<>();
    private final Map<PublicKey, DeviceBinding> bindings = new HashMap<>();
    private final ArrayDeque<Long> challenges = new ArrayDeque<>();

    /// A site whose memory comes from `arena`, at the time [#START_NANOS].
    CheckpointSite(Arena arena) {
        Engine home = new Engine(
                new EngineOptions(new IndexTable(DEVICES), ChaCha20Poly1305.create(), arena, false, false, SEED),
                new NoEgress());
        checkpoint = new Checkpoint(new CheckpointOptions(arena, CAPACITY, SEED), this);
        List<AllowedIp> addresses = new ArrayList<>();
        for (int device = 0; device < DEVICES; device++) {
            Peer peer = home.newPeer(key(device));
            addresses.add(new AllowedIp(TestPacket.device(true, device), peer));
            addresses.add(new AllowedIp(TestPacket.device(false, device), peer));
            peers.add(peer);
            bindings.put(key(device), new DeviceBinding(new DeviceId("device-" + device), LargePolicy.user(device)));
            checkpoint.add(peer);
        }
        checkpoint.allowedIps(AllowedIps.of(addresses));
        checkpoint.wallTime(START_NANOS, Questions.NOON * 1000);
    }

    private static PublicKey key(int device) {
        byte[] bytes = new byte[PublicKey.BYTES];
        bytes[0] = (byte) (device + 1);
        return PublicKey.of(bytes, 0);
    }

    /// The policy of the site, with the grants of the devices' users from `firstUser` on.
    static Policy policy(int firstUser) {
        LargePolicy policy = new LargePolicy(LargePolicy.Size.SITE, SEED);
        for (boolean v4 : new boolean[] {true, false}) {
            ResourceId id = new ResourceId(v4 ? "target-v4" : "target-v6");
            PortSet ports = PortSet.parse("443,1024-65535");
            policy.add(new IpResource(id, TestPacket.target(v4), ports, Transport.BOTH, false));
            for (int user = firstUser; user < DEVICES; user++) {
                policy.add(new Grant(
                        new GrantId(id.name() + "-" + user),
                        id,
                        new Subject.User(LargePolicy.user(user)),
                        false,
                        true,
                        Validity.ALWAYS));
            }
        }
        return policy.policy();
    }

    Enforcement enforcement(Policy policy) {
        return new Enforcement(PolicyCompiler.compile(policy), bindings, MfaRules.DEFAULT, ScanRules.DEFAULT, Map.of());
    }

    /// Opens a flow as its ends would: with a handshake if it is TCP, with a second factor the first time.
    void open(long nowNanos, int device, TestPacket packet, MemorySegment memory, long offset) {
        if (packet.protocol() == UdpView.PROTOCOL) {
            firstFromDevice(nowNanos, device, packet, memory, offset, 0);
            return;
        }
        firstFromDevice(nowNanos, device, packet, memory, offset, TcpView.SYN);
        packet.write(memory, offset, device, TcpView.SYN | TcpView.ACK, true);
        require(checkpoint.toDevice(nowNanos, peers.get(device), memory, offset, TestPacket.BYTES));
        packet.write(memory, offset, device, TcpView.ACK, false);
        require(fromDevice(nowNanos, device, memory, offset) == Passage.PASS);
    }

    private void firstFromDevice(
            long nowNanos, int device, TestPacket packet, MemorySegment memory, long offset, int flags) {
        packet.write(memory, offset, device, flags, false);
        int before = checkpoint.flowCount();
        fromDevice(nowNanos, device, memory, offset);
        Long challenge = challenges.poll();
        if (challenge != null) {
            require(checkpoint.settle(nowNanos, challenge, true));
        }
        require(checkpoint.flowCount() == before + 1);
    }

    Passage fromDevice(long nowNanos, int device, MemorySegment memory, long offset) {
        return checkpoint.fromDevice(nowNanos, peers.get(device), memory, offset, TestPacket.BYTES);
    }

    static void require(boolean fact) {
        if (!fact) {
            throw new IllegalStateException("the checkpoint decided otherwise");
        }
    }

    @Override
    public void released(MemorySegment memory, long offset, int lengthBytes, Passage passage) {}

    @Override
    public void reply(long nowNanos, Peer peer, MemorySegment memory, long offset, int lengthBytes) {}

    @Override
    public void toTarget(MemorySegment memory, long offset, int lengthBytes, boolean handedOff) {}

    @Override
    public boolean hasRoom(int count) {
        return true;
    }

    @Override
    public boolean event(CheckpointEvent event) {
        if (event instanceof CheckpointEvent.ChallengeNeeded needed) {
            challenges.add(needed.id());
        }
        return true;
    }
}
