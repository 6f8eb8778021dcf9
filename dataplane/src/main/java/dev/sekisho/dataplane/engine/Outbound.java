package dev.sekisho.dataplane.engine;

import dev.sekisho.dataplane.Limits;
import dev.sekisho.dataplane.noise.Keypair;
import dev.sekisho.dataplane.offload.SegmentSplitter;
import dev.sekisho.dataplane.peer.AllowedIps;
import dev.sekisho.dataplane.peer.Peer;
import dev.sekisho.dataplane.wire.Endpoint;
import dev.sekisho.dataplane.wire.Ip4View;
import dev.sekisho.dataplane.wire.Ip6View;
import dev.sekisho.dataplane.wire.VirtioHeader;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// The way out: TUN frame, peer, key, sealed segments. Owner: the engine's thread.
///
/// One look-up, one key check, one turn of the timers per frame, however many segments it holds.
final class Outbound {
    /// The longest frame: a virtio header and the largest IP packet.
    static final int LARGEST_FRAME = VirtioHeader.BYTES + 0xffff;

    private final EngineOptions options;
    private final DropCounters drops;
    private final Initiations initiations;
    private final Unreachables unreachables;
    private final SegmentSplitter splitter;
    private final Sealer sealer;
    private final @Nullable Gate gate;
    private @Nullable MemorySegment unstaged;
    private AllowedIps allowedIps = AllowedIps.EMPTY;
    private int mtu = EngineConfig.EMPTY.mtu();

    Outbound(
            EngineOptions options,
            DropCounters drops,
            Initiations initiations,
            Unreachables unreachables,
            Trains trains,
            @Nullable Gate gate) {
        this.gate = gate;
        this.options = options;
        this.drops = drops;
        this.initiations = initiations;
        this.unreachables = unreachables;
        this.splitter = new SegmentSplitter(options.arena());
        this.sealer = new Sealer(options.aead(), trains);
    }

    void config(EngineConfig config) {
        allowedIps = config.allowedIps();
        mtu = config.mtu();
    }

    /// Takes one frame of the TUN.
    void onFrame(long nowNanos, MemorySegment memory, long offset, int lengthBytes) {
        long packet = offset + VirtioHeader.BYTES;
        int packetBytes = lengthBytes - VirtioHeader.BYTES;
        Peer peer;
        if (Ip4View.check(memory, packet, packetBytes)) {
            peer = allowedIps.find4(Ip4View.destination(memory, packet));
        } else if (Ip6View.check(memory, packet, packetBytes)) {
            peer = allowedIps.find6(Ip6View.destinationHigh(memory, packet), Ip6View.destinationLow(memory, packet));
        } else {
            drops.increment(DropReason.MALFORMED_FRAME);
            return;
        }
        if (peer != null && !peer.isAttached()) {
            peer = null; // removed, but the snapshot that says so is still on its way
        }
        Endpoint to = peer == null ? null : peer.endpoint();
        if (peer == null || to == null) {
            drops.increment(peer == null ? DropReason.NO_PEER : DropReason.NO_ENDPOINT);
            unreachables.answer(nowNanos, memory, packet, peer != null);
            return;
        }
        if (gate != null && !gate.toDevice(nowNanos, peer, memory, packet, packetBytes)) {
            return;
        }
        send(nowNanos, peer, to, memory, offset, lengthBytes);
    }

    /// Sends a frame of our own making to a peer; without an endpoint it is lost.
    void sendOwn(long nowNanos, Peer peer, MemorySegment memory, long offset, int lengthBytes) {
        Endpoint to = peer.endpoint();
        if (to == null || !peer.isAttached()) {
            drops.increment(DropReason.NO_ENDPOINT);
        } else {
            send(nowNanos, peer, to, memory, offset, lengthBytes);
        }
    }

    private void send(long nowNanos, Peer peer, Endpoint to, MemorySegment memory, long offset, int lengthBytes) {
        Keypair keypair = usableKey(nowNanos, peer);
        if (keypair != null && peer.staged().size() == 0) {
            transmit(nowNanos, peer, to, keypair, memory, offset, lengthBytes);
        } else {
            stage(nowNanos, peer, memory, offset, lengthBytes);
        }
    }

    /// Sends what waits for a key, in order, as far as the key allows.
    void releaseStaged(long nowNanos, Peer peer) {
        while (peer.staged().size() > 0) {
            Endpoint to = peer.endpoint();
            Keypair keypair = usableKey(nowNanos, peer);
            if (to == null || keypair == null) {
                initiations.want(nowNanos, peer);
                return;
            }
            MemorySegment memory = unstaged();
            int lengthBytes = peer.staged().poll(memory, 0);
            int packetBytes = lengthBytes - VirtioHeader.BYTES;
            if (gate != null && !gate.mayStillGo(nowNanos, peer, memory, VirtioHeader.BYTES, packetBytes)) {
                continue;
            }
            transmit(nowNanos, peer, to, keypair, memory, 0, lengthBytes);
        }
    }

    /// Sends something: what waits, or an empty packet, or, without a key, an initiation.
    void sendKeepalive(long nowNanos, Peer peer) {
        if (peer.staged().size() > 0) {
            releaseStaged(nowNanos, peer);
            return;
        }
        Endpoint to = peer.endpoint();
        if (to == null) {
            return;
        }
        Keypair keypair = usableKey(nowNanos, peer);
        if (keypair == null) {
            initiations.want(nowNanos, peer);
            return;
        }
        sealer.sealKeepalive(keypair, peer, to);
        sent(nowNanos, peer, keypair);
    }

    private void stage(long nowNanos, Peer peer, MemorySegment memory, long offset, int lengthBytes) {
        int lost = lengthBytes > LARGEST_FRAME ? 1 : peer.staged().offer(memory, offset, lengthBytes);
        if (lost > 0) {
            drops.add(DropReason.STAGING_FULL, lost);
        }
        releaseStaged(nowNanos, peer);
    }

    private void transmit(
            long nowNanos, Peer peer, Endpoint to, Keypair keypair, MemorySegment memory, long offset, int bytes) {
        if (!splitter.begin(memory, offset, bytes)) {
            drops.increment(DropReason.MALFORMED_FRAME);
            return;
        }
        boolean sent = false;
        while (splitter.next()) {
            int packetBytes = splitter.packetLength();
            if (packetBytes > Sealer.LARGEST_PACKET) {
                drops.increment(DropReason.TOO_LARGE);
            } else if (isExhausted(keypair)) {
                drops.increment(DropReason.COUNTER_EXHAUSTED);
            } else {
                sealer.seal(keypair, peer, to, memory, splitter.packetOffset(), packetBytes, mtu);
                sent = true;
            }
        }
        if (sent) {
            sent(nowNanos, peer, keypair);
            peer.timers().dataSent(nowNanos);
        }
    }

    private void sent(long nowNanos, Peer peer, Keypair keypair) {
        peer.timers().anyAuthenticatedPacketTraversal(nowNanos);
        peer.timers().anyAuthenticatedPacketSent();
        initiations.keepFreshAfterSending(nowNanos, peer, keypair);
    }

    private static @Nullable Keypair usableKey(long nowNanos, Peer peer) {
        Keypair keypair = peer.keypairs().current();
        return keypair != null
                        && nowNanos - keypair.createdNanos() < Limits.REJECT_AFTER_TIME_NANOS
                        && !isExhausted(keypair)
                ? keypair
                : null;
    }

    private static boolean isExhausted(Keypair keypair) {
        return Long.compareUnsigned(keypair.sentCount(), Limits.REJECT_AFTER_MESSAGES) >= 0;
    }

    private MemorySegment unstaged() {
        MemorySegment memory = unstaged;
        if (memory == null) {
            memory = options.arena().allocate(LARGEST_FRAME + Sealer.SLACK_BYTES, Long.BYTES);
            unstaged = memory;
        }
        return memory;
    }
}
