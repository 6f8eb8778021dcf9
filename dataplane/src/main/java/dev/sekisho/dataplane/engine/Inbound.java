package dev.sekisho.dataplane.engine;

import dev.sekisho.crypto.Aead;
import dev.sekisho.dataplane.Limits;
import dev.sekisho.dataplane.flow.Passage;
import dev.sekisho.dataplane.noise.IndexTable;
import dev.sekisho.dataplane.noise.Keypair;
import dev.sekisho.dataplane.offload.SegmentMerger;
import dev.sekisho.dataplane.peer.AllowedIps;
import dev.sekisho.dataplane.peer.Peer;
import dev.sekisho.dataplane.wire.Endpoint;
import dev.sekisho.dataplane.wire.Ip4View;
import dev.sekisho.dataplane.wire.Ip6View;
import dev.sekisho.dataplane.wire.MessageType;
import dev.sekisho.dataplane.wire.TransportView;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The way in: datagram, key, opened packet, checked source, TUN. Owner: the engine's thread.
///
/// A coalesced message holds up to 64 datagrams, nearly always under one key. What is owed to the peer for them
/// (endpoint, timers, counters, confirmation) is settled once, when the key changes or the message ends.
final class Inbound {
    private final IndexTable indexes;
    private final Aead aead;
    private final DropCounters drops;
    private final Egress egress;
    private final Sessions sessions;
    private final SegmentMerger merger;
    private final @Nullable Gate gate;
    private AllowedIps allowedIps = AllowedIps.EMPTY;
    private boolean merging;

    private @Nullable Keypair keypair;
    private @Nullable Peer peer;
    private int receivedBytes;
    private boolean hasData;

    private boolean sourceKnown;
    private boolean sourceV4;
    private long sourceHigh;
    private long sourceLow;

    /// @param gate the checkpoint that every opened packet passes, null for a tunnel without one
    Inbound(EngineOptions options, DropCounters drops, Egress egress, Sessions sessions, @Nullable Gate gate) {
        this.indexes = options.indexes();
        this.aead = options.aead();
        this.drops = drops;
        this.egress = egress;
        this.sessions = sessions;
        this.gate = gate;
        this.merger = new SegmentMerger(
                options.mergeTcp(), options.mergeUdp(), false, Limits.OPEN_RUNS, egress::toTun, options.arena());
    }

    void config(EngineConfig config) {
        allowedIps = config.allowedIps();
    }

    /// Takes one received message: datagrams of `segmentBytes` each, the last may be shorter.
    void onDatagrams(
            long nowNanos, Endpoint from, MemorySegment memory, long offset, int totalBytes, int segmentBytes) {
        if (totalBytes <= 0) {
            drops.increment(DropReason.MALFORMED_MESSAGE);
            return;
        }
        int step = segmentBytes <= 0 ? totalBytes : segmentBytes;
        for (int at = 0; at < totalBytes; at += step) {
            onMessage(nowNanos, from, memory, offset + at, Math.min(step, totalBytes - at));
        }
        settle(nowNanos, from);
    }

    /// Hands the TUN what is being merged.
    void flush() {
        if (merging) {
            merging = false;
            merger.flush();
        }
    }

    /// Whether [#flush] has work.
    boolean isPending() {
        return merging;
    }

    private void onMessage(long nowNanos, Endpoint from, MemorySegment memory, long offset, int lengthBytes) {
        switch (MessageType.of(memory, offset, lengthBytes)) {
            case TRANSPORT -> onTransport(nowNanos, from, memory, offset, lengthBytes);
            case INITIATION, RESPONSE, COOKIE_REPLY -> egress.toHandshake(from, memory, offset, lengthBytes);
            case MALFORMED -> drops.increment(DropReason.MALFORMED_MESSAGE);
        }
    }

    private void onTransport(long nowNanos, Endpoint from, MemorySegment memory, long offset, int lengthBytes) {
        Keypair key = select(nowNanos, from, TransportView.receiverIndex(memory, offset));
        if (key == null) {
            drops.increment(DropReason.UNKNOWN_INDEX);
            return;
        }
        long counter = TransportView.counter(memory, offset);
        if (nowNanos - key.createdNanos() >= Limits.REJECT_AFTER_TIME_NANOS
                || Long.compareUnsigned(counter, Limits.REJECT_AFTER_MESSAGES) >= 0) {
            drops.increment(DropReason.EXPIRED_KEY);
            return;
        }
        int packetBytes = TransportView.packetBytes(lengthBytes);
        long room = merger.room(packetBytes);
        MemorySegment opened = merger.memory();
        if (!aead.open(key.receiveKey(), counter, memory, offset + TransportView.PACKET, packetBytes, opened, room)) {
            drops.increment(DropReason.NOT_AUTHENTIC);
            return;
        }
        if (!key.replay().accept(counter)) {
            drops.increment(DropReason.REPLAYED);
            return;
        }
        receivedBytes += lengthBytes;
        if (packetBytes > 0) {
            hasData = true;
            deliver(nowNanos, opened, room, packetBytes);
        }
    }

    /// The key pair of `index`, when its peer is one of ours. Settles the one before it.
    private @Nullable Keypair select(long nowNanos, Endpoint from, int index) {
        Keypair selected = keypair;
        if (selected != null && selected.localIndex() == index) {
            return selected;
        }
        settle(nowNanos, from);
        selected = indexes.keypair(index);
        if (selected == null || !(selected.peer().owner() instanceof Peer owner) || !sessions.knows(owner)) {
            return null;
        }
        keypair = selected;
        peer = owner;
        receivedBytes = 0;
        hasData = false;
        sourceKnown = false;
        return selected;
    }

    /// Checks length and source of an opened packet, cuts the padding and passes it on.
    private void deliver(long nowNanos, MemorySegment memory, long offset, int lengthBytes) {
        int packetBytes;
        boolean genuine;
        if (Ip4View.check(memory, offset, lengthBytes)) {
            packetBytes = Ip4View.totalLength(memory, offset);
            genuine = isOwnSource4(Ip4View.source(memory, offset));
        } else if (Ip6View.check(memory, offset, lengthBytes)) {
            packetBytes = Ip6View.totalLength(memory, offset);
            genuine = isOwnSource6(Ip6View.sourceHigh(memory, offset), Ip6View.sourceLow(memory, offset));
        } else {
            drops.increment(DropReason.MALFORMED_INNER);
            return;
        }
        if (!genuine) {
            drops.increment(DropReason.SPOOFED_SOURCE);
            if (gate != null) {
                gate.spoofed(nowNanos, Objects.requireNonNull(peer), memory, offset, packetBytes);
            }
            return;
        }
        Passage passage = gate == null
                ? Passage.PASS
                : gate.fromDevice(nowNanos, Objects.requireNonNull(peer), memory, offset, packetBytes);
        switch (passage) {
            case PASS -> {
                merging = true;
                merger.accept(packetBytes);
            }
            case HAND_OFF -> Objects.requireNonNull(gate).handOff(memory, offset, packetBytes);
            case STOP -> {}
        }
    }

    /// Passes on a packet that was held, copied from `memory`. Never from within the handling of a message: it
    /// takes the room of the packet that is being opened.
    void release(MemorySegment memory, long offset, int packetBytes) {
        long room = merger.room(packetBytes);
        MemorySegment.copy(memory, offset, merger.memory(), room, packetBytes);
        merging = true;
        merger.accept(packetBytes);
    }

    private boolean isOwnSource4(int address) {
        if (sourceKnown && sourceV4 && sourceLow == address) {
            return true;
        }
        if (allowedIps.find4(address) != peer) {
            return false;
        }
        sourceKnown = true;
        sourceV4 = true;
        sourceLow = address;
        return true;
    }

    private boolean isOwnSource6(long addressHigh, long addressLow) {
        if (sourceKnown && !sourceV4 && sourceLow == addressLow && sourceHigh == addressHigh) {
            return true;
        }
        if (allowedIps.find6(addressHigh, addressLow) != peer) {
            return false;
        }
        sourceKnown = true;
        sourceV4 = false;
        sourceHigh = addressHigh;
        sourceLow = addressLow;
        return true;
    }

    /// What the messages since the last change of key mean for their peer.
    private void settle(long nowNanos, Endpoint from) {
        Keypair key = keypair;
        Peer owner = peer;
        keypair = null;
        peer = null;
        if (key == null || owner == null || receivedBytes == 0) {
            return;
        }
        owner.addReceived(receivedBytes);
        sessions.roam(owner, from);
        owner.timers().anyAuthenticatedPacketReceived();
        owner.timers().anyAuthenticatedPacketTraversal(nowNanos);
        if (hasData) {
            owner.timers().dataReceived(nowNanos);
        }
        sessions.authenticated(nowNanos, owner, key);
    }
}
