package dev.sekisho.dataplane.peer;

import dev.sekisho.dataplane.Limits;
import dev.sekisho.dataplane.noise.HandshakePeer;
import dev.sekisho.dataplane.noise.Keypair;
import dev.sekisho.dataplane.noise.PublicKey;
import dev.sekisho.dataplane.wire.Endpoint;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// One peer as the packet path knows it. Owner: the thread of the engine that made it; all changes happen
/// there.
///
/// The figures that `wg show` prints ([#receivedBytes], [#sentBytes], [#lastHandshakeEpochNanos], [#endpoint])
/// may be read from any thread: each is whole, none is in step with another. Identity is the object's own.
public final class Peer {
    private static final VarHandle RECEIVED;
    private static final VarHandle SENT;
    private static final VarHandle HANDSHAKE;
    private static final VarHandle ENDPOINT;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            RECEIVED = lookup.findVarHandle(Peer.class, "receivedBytes", long.class);
            SENT = lookup.findVarHandle(Peer.class, "sentBytes", long.class);
            HANDSHAKE = lookup.findVarHandle(Peer.class, "lastHandshakeEpochNanos", long.class);
            ENDPOINT = lookup.findVarHandle(Peer.class, "endpoint", Endpoint.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final PeerHome home;
    private final HandshakePeer handshake;
    private final Keypairs keypairs;
    private final PeerTimers timers;
    private final StagedPackets staged;

    private long receivedBytes;
    private long sentBytes;
    private long lastHandshakeEpochNanos;
    private @Nullable Endpoint endpoint;

    private boolean attached;
    private boolean hasSentHandshake;
    private long lastHandshakeSentNanos;
    private boolean lastMinuteHandshake;
    private long sessionEpochNanos;
    private @Nullable Keypair early;
    private @Nullable Object gateState;

    /// @param home the parts of the owning engine
    public Peer(PublicKey publicKey, PeerHome home) {
        this.home = home;
        this.handshake = new HandshakePeer(publicKey, this);
        this.keypairs = new Keypairs(home.indexes());
        this.timers = new PeerTimers(this, home.deadlines(), home.jitter());
        this.staged = new StagedPackets(home.staging());
    }

    /// The peer's static key, its name.
    public PublicKey publicKey() {
        return handshake.publicKey();
    }

    /// The side of the peer that handshake threads work on.
    public HandshakePeer handshake() {
        return handshake;
    }

    public Keypairs keypairs() {
        return keypairs;
    }

    public PeerTimers timers() {
        return timers;
    }

    public StagedPackets staged() {
        return staged;
    }

    /// Whether the engine with these parts made the peer.
    public boolean livesIn(PeerHome someHome) {
        return home.deadlines() == someHome.deadlines();
    }

    /// Whether the peer takes part in traffic: between its addition and its removal.
    public boolean isAttached() {
        return attached;
    }

    /// Lets the peer take part in traffic, or ends that.
    public void attached(boolean nowAttached) {
        attached = nowAttached;
    }

    /// Bytes of authentic messages received. Any thread.
    public long receivedBytes() {
        return (long) RECEIVED.getOpaque(this);
    }

    /// Bytes of messages sent. Any thread.
    public long sentBytes() {
        return (long) SENT.getOpaque(this);
    }

    /// Wall time of the last completed handshake in nanoseconds since 1970, 0 for none. Any thread.
    public long lastHandshakeEpochNanos() {
        return (long) HANDSHAKE.getOpaque(this);
    }

    /// Where the peer is reached, null when nobody knows yet. Any thread.
    public @Nullable Endpoint endpoint() {
        return (Endpoint) ENDPOINT.getOpaque(this);
    }

    public void addReceived(long bytes) {
        RECEIVED.setOpaque(this, receivedBytes + bytes);
    }

    public void addSent(long bytes) {
        SENT.setOpaque(this, sentBytes + bytes);
    }

    public void endpoint(@Nullable Endpoint where) {
        ENDPOINT.setOpaque(this, where);
    }

    /// Next time, let the kernel choose the source address: the one in use does not seem to work.
    public void forgetSource() {
        Endpoint where = endpoint;
        if (where != null) {
            endpoint(where.withoutSource());
        }
    }

    /// Whether our last handshake message is at least [Limits#REKEY_TIMEOUT_NANOS] old.
    public boolean mayInitiate(long nowNanos) {
        return !hasSentHandshake || nowNanos - lastHandshakeSentNanos >= Limits.REKEY_TIMEOUT_NANOS;
    }

    /// When our last handshake message went out. Meaningful only when [#mayInitiate] is false.
    public long lastHandshakeSentNanos() {
        return lastHandshakeSentNanos;
    }

    /// We sent an initiation or a response.
    public void handshakeSent(long nowNanos) {
        hasSentHandshake = true;
        lastHandshakeSentNanos = nowNanos;
    }

    /// Forgets when that was: the next one is not held back.
    public void releasePace() {
        hasSentHandshake = false;
    }

    /// True once per session: the receiving side of a session asks for a new one at most one time.
    public boolean claimLastMinuteHandshake() {
        boolean first = !lastMinuteHandshake;
        lastMinuteHandshake = true;
        return first;
    }

    /// A session was derived at this wall time; [#handshakeComplete] makes that public.
    public void sessionDerived(long epochNanos) {
        sessionEpochNanos = epochNanos;
    }

    /// Both sides have the newest session.
    public void handshakeComplete() {
        lastMinuteHandshake = false;
        HANDSHAKE.setOpaque(this, sessionEpochNanos);
    }

    /// Remembers a pair under which a packet came before the word that the pair exists.
    public void sawEarly(Keypair keypair) {
        early = keypair;
    }

    /// Whether `keypair` was seen early. Forgets it.
    public boolean takeEarly(Keypair keypair) {
        boolean seen = early == keypair;
        early = null;
        return seen;
    }

    /// What the checkpoint keeps with the peer; null when it keeps nothing.
    public @Nullable Object gateState() {
        return gateState;
    }

    /// Lets the checkpoint keep something with the peer, so that it need not be looked up for every packet.
    public void gateState(@Nullable Object state) {
        gateState = state;
    }

    /// The peer's short name in logs: the first characters of its key.
    @Override
    public String toString() {
        return "Peer[" + publicKey().toString().substring(0, 8) + "]";
    }
}
