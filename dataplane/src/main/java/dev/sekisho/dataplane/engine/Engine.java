package dev.sekisho.dataplane.engine;

import dev.sekisho.dataplane.Limits;
import dev.sekisho.dataplane.flow.Checkpoint;
import dev.sekisho.dataplane.flow.CheckpointOptions;
import dev.sekisho.dataplane.noise.PublicKey;
import dev.sekisho.dataplane.peer.Peer;
import dev.sekisho.dataplane.peer.PeerHome;
import dev.sekisho.dataplane.peer.StagingBudget;
import dev.sekisho.dataplane.time.DeadlineQueue;
import dev.sekisho.dataplane.time.Jitter;
import dev.sekisho.dataplane.wire.Endpoint;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// The tunnel as a state machine: datagrams, frames, commands and time in; an [Egress] takes what comes out.
/// Owner: exactly one thread, which makes all calls except [#newPeer] and [#drops].
///
/// Never blocks, never reads a clock, throws nothing in the packet path, and allocates nothing there in steady
/// state. Times are nanoseconds of one monotonic clock and do not go back. A driver's cycle is: [#config] and
/// [#onCommand] for what changed, [#onDatagrams] and [#onTunFrame] for what came, [#flush], then wait until
/// [#nextDeadlineNanos] for [#onTimeout].
public final class Engine {
    private final PeerHome home;
    private final DropCounters drops = new DropCounters();
    private final Trains trains;
    private final Outbound outbound;
    private final Sessions sessions;
    private final Inbound inbound;
    private final @Nullable Gate gate;
    private long lastNanos;

    /// A tunnel without a checkpoint: whatever a peer sends from its own addresses passes.
    public Engine(EngineOptions options, Egress egress) {
        this(options, egress, null);
    }

    /// A tunnel with a checkpoint, at which nothing passes until [#enforce].
    public Engine(EngineOptions options, CheckpointOptions checkpoint, CheckpointEgress egress) {
        this(options, egress, new Gate(options, checkpoint, egress));
    }

    private Engine(EngineOptions options, Egress egress, @Nullable Gate gate) {
        this.gate = gate;
        this.home = new PeerHome(
                options.indexes(),
                new DeadlineQueue<>(),
                new StagingBudget(Limits.STAGED_BYTES_IN_ALL),
                new Jitter(options.jitterSeed(), Limits.REKEY_JITTER_NANOS));
        this.trains = new Trains(options.arena(), egress);
        Initiations initiations = new Initiations(egress);
        Unreachables unreachables = new Unreachables(options.arena(), egress);
        this.outbound = new Outbound(options, drops, initiations, unreachables, trains, gate);
        this.sessions = new Sessions(home, egress, drops, initiations, outbound);
        this.inbound = new Inbound(options, drops, egress, sessions, gate);
        if (gate != null) {
            gate.connect(inbound, outbound);
        }
    }

    /// Makes a peer that belongs to this engine. Any thread; it takes part in traffic after
    /// [EngineCommand.AddPeer].
    public Peer newPeer(PublicKey publicKey) {
        return new Peer(publicKey, home);
    }

    /// Puts a new snapshot in force.
    public void config(EngineConfig snapshot) {
        outbound.config(snapshot);
        inbound.config(snapshot);
        if (gate != null) {
            gate.checkpoint().allowedIps(snapshot.allowedIps());
        }
    }

    /// The checkpoint, for what is enforced, asked and settled there. On the engine's thread; [#flush] comes next.
    ///
    /// @throws IllegalStateException when the engine was made without one
    public Checkpoint checkpoint() {
        if (gate == null) {
            throw new IllegalStateException("this tunnel has no checkpoint");
        }
        return gate.checkpoint();
    }

    /// Takes one received message: `totalBytes` at `offset` that are datagrams of `segmentBytes`, the last may
    /// be shorter. The memory is read during the call only.
    public void onDatagrams(
            long nowNanos, Endpoint from, MemorySegment memory, long offset, int totalBytes, int segmentBytes) {
        lastNanos = nowNanos;
        inbound.onDatagrams(nowNanos, from, memory, offset, totalBytes, segmentBytes);
    }

    /// Takes one frame of the TUN: a virtio header and an IP packet, which may be a super-packet. Works in the
    /// frame's memory, whose content is lost, and needs 16 writable bytes behind it.
    public void onTunFrame(long nowNanos, MemorySegment memory, long offset, int lengthBytes) {
        lastNanos = nowNanos;
        outbound.onFrame(nowNanos, memory, offset, lengthBytes);
    }

    /// Carries out a command.
    ///
    /// @throws IllegalArgumentException when its peer was made by another engine
    public void onCommand(long nowNanos, EngineCommand command) {
        lastNanos = nowNanos;
        Peer peer = command.peer();
        if (!peer.livesIn(home)) {
            throw new IllegalArgumentException(peer + " belongs to another engine");
        }
        switch (command) {
            case EngineCommand.AddPeer add -> {
                sessions.add(nowNanos, add);
                if (gate != null) {
                    gate.checkpoint().add(peer);
                }
            }
            case EngineCommand.RemovePeer _ -> {
                if (gate != null) {
                    gate.checkpoint().remove(nowNanos, peer);
                }
                sessions.remove(peer);
            }
            case EngineCommand.SessionEstablished established -> sessions.established(nowNanos, established);
            case EngineCommand.UpdatePeer update -> {
                if (peer.isAttached()) {
                    sessions.update(nowNanos, update);
                }
            }
            case EngineCommand.ForgetKeys _ -> {
                if (peer.isAttached()) {
                    sessions.forgetIdentity(peer);
                }
            }
        }
    }

    /// Ends a batch: closes the open train and the open merge and hands all of it over.
    public void flush(long nowNanos) {
        lastNanos = nowNanos;
        inbound.flush();
        if (gate != null) {
            gate.flush();
        }
        trains.flush();
    }

    /// Does what is due, and ends the batch.
    public void onTimeout(long nowNanos) {
        Peer due = home.deadlines().pollDue(nowNanos);
        while (due != null) {
            due.timers().fire(nowNanos, sessions);
            due = home.deadlines().pollDue(nowNanos);
        }
        if (gate != null) {
            gate.checkpoint().onTimeout(nowNanos);
        }
        flush(nowNanos);
    }

    /// The earliest time at which [#onTimeout] has work, exact or early; the past when [#flush] is owed.
    /// [Long#MAX_VALUE] when there is none.
    public long nextDeadlineNanos() {
        if (trains.isPending() || inbound.isPending()) {
            return lastNanos;
        }
        long next = home.deadlines().nextNanos();
        if (gate == null) {
            return next;
        }
        return gate.isPending() ? lastNanos : Math.min(next, gate.checkpoint().nextDeadlineNanos());
    }

    /// What was dropped, and why. May be read from any thread.
    public DropCounters drops() {
        return drops;
    }
}
