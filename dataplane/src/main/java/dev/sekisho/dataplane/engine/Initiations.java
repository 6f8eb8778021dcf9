package dev.sekisho.dataplane.engine;

import dev.sekisho.dataplane.Limits;
import dev.sekisho.dataplane.noise.Keypair;
import dev.sekisho.dataplane.peer.Peer;
import dev.sekisho.dataplane.wire.InitiationView;

/// Decides when a peer is sent an initiation. Owner: the engine's thread.
///
/// No two of our handshake messages to one peer are closer than [Limits#REKEY_TIMEOUT_NANOS]. Source: WireGuard
/// paper sections 6.1 and 6.2.
final class Initiations {
    /// Age at which the receiving initiator renews: early enough that the new key is there before the old one
    /// ends.
    private static final long LAST_MINUTE_NANOS =
            Limits.REJECT_AFTER_TIME_NANOS - Limits.KEEPALIVE_TIMEOUT_NANOS - Limits.REKEY_TIMEOUT_NANOS;

    private final Egress egress;

    Initiations(Egress egress) {
        this.egress = egress;
    }

    /// Somebody has a reason to want new keys: asks for an initiation, now or as soon as it is allowed, and
    /// gives the repetitions another 90 s.
    void want(long nowNanos, Peer peer) {
        peer.timers().handshakeWanted(nowNanos);
        initiate(nowNanos, peer);
    }

    /// Asks for an initiation, now or as soon as it is allowed. Without an endpoint there is nothing to ask
    /// for.
    void initiate(long nowNanos, Peer peer) {
        if (peer.endpoint() == null) {
            return;
        }
        if (!peer.mayInitiate(nowNanos)) {
            peer.timers().handshakeDeferred(peer.lastHandshakeSentNanos());
            return;
        }
        peer.handshakeSent(nowNanos);
        peer.addSent(InitiationView.BYTES);
        peer.timers().anyAuthenticatedPacketTraversal(nowNanos);
        peer.timers().anyAuthenticatedPacketSent();
        peer.timers().handshakeInitiated(nowNanos);
        egress.initiate(peer);
    }

    /// After sending: the initiator renews by age, both sides by the number of messages.
    void keepFreshAfterSending(long nowNanos, Peer peer, Keypair keypair) {
        boolean old = keypair.isInitiator() && nowNanos - keypair.createdNanos() >= Limits.REKEY_AFTER_TIME_NANOS;
        if (old || Long.compareUnsigned(keypair.sentCount(), Limits.REKEY_AFTER_MESSAGES) > 0) {
            want(nowNanos, peer);
        }
    }

    /// After receiving: the initiator renews once when the key is about to end, so that a peer that only sends
    /// goes on.
    void keepFreshAfterReceiving(long nowNanos, Peer peer) {
        Keypair keypair = peer.keypairs().current();
        if (keypair != null
                && keypair.isInitiator()
                && nowNanos - keypair.createdNanos() >= LAST_MINUTE_NANOS
                && peer.claimLastMinuteHandshake()) {
            want(nowNanos, peer);
        }
    }
}
