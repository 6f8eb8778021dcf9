package dev.sekisho.dataplane.engine;

import dev.sekisho.dataplane.noise.Keypair;
import dev.sekisho.dataplane.peer.Peer;
import dev.sekisho.dataplane.peer.PeerHome;
import dev.sekisho.dataplane.peer.PeerTimers;
import dev.sekisho.dataplane.wire.Endpoint;
import dev.sekisho.dataplane.wire.InitiationView;
import dev.sekisho.dataplane.wire.ResponseView;

/// What happens to a peer apart from its packets: sessions begin, are confirmed and end, timers expire,
/// commands come. Owner: the engine's thread.
final class Sessions implements PeerTimers.Actions {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final PeerHome home;
    private final Egress egress;
    private final DropCounters drops;
    private final Initiations initiations;
    private final Outbound outbound;

    Sessions(PeerHome home, Egress egress, DropCounters drops, Initiations initiations, Outbound outbound) {
        this.home = home;
        this.egress = egress;
        this.drops = drops;
        this.initiations = initiations;
        this.outbound = outbound;
    }

    void add(long nowNanos, EngineCommand.AddPeer command) {
        Peer peer = command.peer();
        peer.attached(true);
        command.endpoint().ifPresent(peer::endpoint);
        persistentKeepalive(nowNanos, peer, command.persistentKeepaliveSeconds());
    }

    void remove(Peer peer) {
        peer.attached(false);
        peer.timers().stop();
        dropStaged(peer);
        peer.keypairs().clear();
    }

    void update(long nowNanos, EngineCommand.UpdatePeer command) {
        Peer peer = command.peer();
        command.endpoint().ifPresent(peer::endpoint);
        if (command.persistentKeepaliveSeconds().isPresent()) {
            persistentKeepalive(
                    nowNanos, peer, command.persistentKeepaliveSeconds().getAsInt());
        }
        outbound.releaseStaged(nowNanos, peer);
    }

    /// New keys. The initiator may use them at once, and does, for that is what confirms them to the responder.
    void established(long nowNanos, EngineCommand.SessionEstablished command) {
        Peer peer = command.peer();
        Keypair keypair = command.keypair();
        if (!peer.isAttached()) {
            peer.keypairs().discard(keypair);
            return;
        }
        roam(peer, command.from());
        peer.keypairs().install(keypair);
        peer.sessionDerived(keypair.createdEpochNanos());
        PeerTimers timers = peer.timers();
        timers.sessionDerived(nowNanos);
        timers.anyAuthenticatedPacketReceived();
        timers.anyAuthenticatedPacketTraversal(nowNanos);
        boolean seenEarly = peer.takeEarly(keypair);
        if (keypair.isInitiator()) {
            peer.addReceived(ResponseView.BYTES);
            complete(peer);
            outbound.sendKeepalive(nowNanos, peer);
            return;
        }
        peer.addReceived(InitiationView.BYTES);
        peer.addSent(ResponseView.BYTES);
        peer.handshakeSent(nowNanos);
        timers.anyAuthenticatedPacketSent();
        if (seenEarly) {
            authenticated(nowNanos, peer, keypair);
        }
    }

    /// A message under `keypair` was authentic: confirms a pair that waits, which sets free what waits for it.
    void authenticated(long nowNanos, Peer peer, Keypair keypair) {
        if (peer.keypairs().confirm(keypair)) {
            complete(peer);
            outbound.releaseStaged(nowNanos, peer);
        } else if (!peer.keypairs().holds(keypair)) {
            // Found in the index table before the handshaker's word came through: confirm it when it does.
            peer.sawEarly(keypair);
        }
        initiations.keepFreshAfterReceiving(nowNanos, peer);
    }

    /// The peer is where its last authentic message came from.
    void roam(Peer peer, Endpoint from) {
        Endpoint before = peer.endpoint();
        if (before == null) {
            peer.endpoint(from);
            egress.event(new EngineEvent.Roamed(peer, null, from));
        } else if (!before.sameWithSource(from)) {
            peer.endpoint(from);
            if (!before.equals(from)) {
                egress.event(new EngineEvent.Roamed(peer, before, from));
            }
        }
    }

    @Override
    public void retryHandshake(long nowNanos, Peer peer) {
        peer.forgetSource();
        initiations.initiate(nowNanos, peer);
    }

    @Override
    public void abandonHandshake(long nowNanos, Peer peer) {
        dropStaged(peer);
        egress.event(new EngineEvent.HandshakeAbandoned(peer));
    }

    @Override
    public void reviveSession(long nowNanos, Peer peer) {
        peer.forgetSource();
        initiations.want(nowNanos, peer);
    }

    @Override
    public void sendKeepalive(long nowNanos, Peer peer) {
        outbound.sendKeepalive(nowNanos, peer);
    }

    @Override
    public void forgetKeys(long nowNanos, Peer peer) {
        peer.keypairs().clear();
        egress.event(new EngineEvent.KeysForgotten(peer));
    }

    /// Forgets the keys because our identity changed; the next handshake need not wait for its turn.
    void forgetIdentity(Peer peer) {
        peer.keypairs().clear();
        peer.releasePace();
    }

    /// Whether `peer` takes part in this engine's traffic.
    boolean knows(Peer peer) {
        return peer.isAttached() && peer.livesIn(home);
    }

    private void complete(Peer peer) {
        peer.timers().handshakeComplete();
        peer.handshakeComplete();
        egress.event(new EngineEvent.SessionConfirmed(peer));
    }

    private void persistentKeepalive(long nowNanos, Peer peer, int seconds) {
        boolean wasOff = !peer.timers().isPersistent();
        peer.timers().persistentInterval(seconds * NANOS_PER_SECOND);
        peer.timers().anyAuthenticatedPacketTraversal(nowNanos);
        if (wasOff && seconds > 0) {
            outbound.sendKeepalive(nowNanos, peer);
        }
    }

    private void dropStaged(Peer peer) {
        int lost = peer.staged().clear();
        if (lost > 0) {
            drops.add(DropReason.NO_SESSION, lost);
        }
    }
}
