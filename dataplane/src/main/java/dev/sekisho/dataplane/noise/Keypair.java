package dev.sekisho.dataplane.noise;

import dev.sekisho.crypto.SecretKey;

/// The two keys of a finished handshake, with their counters.
///
/// Keys and indices never change and may be read by any thread that got the pair from an [IndexTable] or a
/// [HandshakeSink]. Counters and window belong to one thread, the owner of the tunnel. That thread also ends
/// the pair: first [IndexTable#release] of [#localIndex], then [#destroy]. Source: WireGuard paper section
/// 5.4.5.
public final class Keypair implements IndexTable.Entry {
    private final HandshakePeer peer;
    private final boolean initiator;
    private final int localIndex;
    private final int remoteIndex;
    private final SecretKey sendKey;
    private final SecretKey receiveKey;
    private final long createdNanos;
    private final long createdEpochNanos;
    private final ReplayWindow replay = new ReplayWindow();
    private long sentCount;

    /// Takes over both keys: [#destroy] wipes them.
    ///
    /// @param initiator whether our initiation began the handshake
    /// @param localIndex index by which the peer addresses this pair
    /// @param remoteIndex index by which we address it at the peer
    /// @param createdNanos monotonic time of creation, from which its age counts
    /// @param createdEpochNanos the same moment in nanoseconds since 1970 UTC, for people
    public Keypair(
            HandshakePeer peer,
            boolean initiator,
            int localIndex,
            int remoteIndex,
            SecretKey sendKey,
            SecretKey receiveKey,
            long createdNanos,
            long createdEpochNanos) {
        this.peer = peer;
        this.initiator = initiator;
        this.localIndex = localIndex;
        this.remoteIndex = remoteIndex;
        this.sendKey = sendKey;
        this.receiveKey = receiveKey;
        this.createdNanos = createdNanos;
        this.createdEpochNanos = createdEpochNanos;
    }

    /// Whose pair it is.
    @Override
    public HandshakePeer peer() {
        return peer;
    }

    /// Whether our initiation began the handshake. Only the initiator renews a pair by age.
    public boolean isInitiator() {
        return initiator;
    }

    /// Index by which the peer addresses this pair.
    @Override
    public int localIndex() {
        return localIndex;
    }

    /// Index to write into messages to the peer.
    public int remoteIndex() {
        return remoteIndex;
    }

    /// Key of what we send.
    public SecretKey sendKey() {
        return sendKey;
    }

    /// Key of what we receive.
    public SecretKey receiveKey() {
        return receiveKey;
    }

    /// Monotonic time of creation.
    public long createdNanos() {
        return createdNanos;
    }

    /// Moment of creation in nanoseconds since 1970 UTC: for display, never for ages.
    public long createdEpochNanos() {
        return createdEpochNanos;
    }

    /// Takes the counter for the next message. Owner thread only. The caller checks [#sentCount] against
    /// [dev.sekisho.dataplane.Limits#REJECT_AFTER_MESSAGES] first.
    public long nextCounter() {
        return sentCount++;
    }

    /// How many counters were taken, an unsigned long. Owner thread only.
    public long sentCount() {
        return sentCount;
    }

    /// Window over the counters received. Owner thread only.
    public ReplayWindow replay() {
        return replay;
    }

    /// Wipes both keys. The caller makes sure that no thread uses them any more and that the index is
    /// released.
    public void destroy() {
        sendKey.close();
        receiveKey.close();
    }

    @Override
    public String toString() {
        return "Keypair[" + Integer.toHexString(localIndex) + " -> " + Integer.toHexString(remoteIndex)
                + (initiator ? ", initiator" : ", responder") + ", " + peer.publicKey() + "]";
    }
}
