package dev.sekisho.dataplane.flow;

import dev.sekisho.dataplane.Limits;
import dev.sekisho.dataplane.peer.Peer;
import dev.sekisho.policy.DeviceId;
import dev.sekisho.policy.UserId;
import org.jspecify.annotations.Nullable;

/// What the checkpoint knows of one peer. Owner: the checkpoint's thread.
final class DeviceState {
    /// User number of a peer that belongs to nobody.
    static final int NOBODY = -1;

    private final int number;
    private final Peer peer;

    /// The last one, even when it no longer holds: what ends then still has a name.
    private @Nullable DeviceBinding binding;

    private boolean bound;
    private int user = NOBODY;
    private boolean mayScan;
    private @Nullable LockReason lock;

    private boolean isKnown;
    private long heardNanos;
    private long backNanos;

    /// Connections that it opened and that wait for their three-way handshake.
    int halfOpen;

    /// The same of connections that others opened towards it.
    int halfOpenInbound;

    /// Its live flows, whoever opened them.
    int flows;

    /// Places of flows that others opened towards it, of those that have ended too.
    int inbound;

    /// Its allowance of new flows, and that of others towards it.
    private final Allowance newFlows = new Allowance();

    private final Allowance newInboundFlows = new Allowance();

    private long passedPackets;
    private long passedBytes;
    long refusedPackets;

    DeviceState(int number, Peer peer) {
        this.number = number;
        this.peer = peer;
    }

    /// Its number in tables, free again once the peer is removed.
    int number() {
        return number;
    }

    Peer peer() {
        return peer;
    }

    /// Says whose it is from now on.
    ///
    /// @param userNumber number of the user in the policy, or [#NOBODY]
    void bind(DeviceBinding newBinding, int userNumber, boolean userMayScan) {
        binding = newBinding;
        bound = true;
        user = userNumber;
        mayScan = userMayScan;
    }

    /// The policy no longer knows it.
    void unbind() {
        bound = false;
        user = NOBODY;
        mayScan = false;
    }

    /// Who was last answerable for it, and by which name; null when the policy never knew it.
    @Nullable
    DeviceBinding lastBinding() {
        return binding;
    }

    /// Whether the policy knows it.
    boolean isBound() {
        return bound;
    }

    /// The name of the device; a peer that the policy never knew goes by its key.
    DeviceId id() {
        DeviceBinding last = binding;
        return last == null ? new DeviceId("unknown " + peer.publicKey()) : last.device();
    }

    /// Who is answerable for it.
    @Nullable
    UserId userId() {
        DeviceBinding last = binding;
        return last == null ? null : last.user();
    }

    /// Number of the user in the policy, or [#NOBODY].
    int user() {
        return user;
    }

    /// Whether the scan detector and decoys leave it alone.
    boolean mayScan() {
        return mayScan;
    }

    boolean isLocked() {
        return lock != null;
    }

    @Nullable
    LockReason lock() {
        return lock;
    }

    void lock(@Nullable LockReason reason) {
        lock = reason;
    }

    /// A packet has come from it.
    void heard(long nowNanos) {
        if (!isKnown || nowNanos - heardNanos >= Limits.ASLEEP_NANOS) {
            isKnown = true;
            backNanos = nowNanos;
        }
        heardNanos = nowNanos;
    }

    /// A packet of its has passed.
    void passed(int bytes) {
        passedPackets++;
        passedBytes += bytes;
    }

    /// Whether it has been heard of for a short time only, for the first time or after a long silence: it may still
    /// think of connections that are gone.
    boolean isBackJustNow(long nowNanos) {
        return nowNanos - backNanos < Limits.BACK_GRACE_NANOS;
    }

    /// Takes one new flow from its allowance; false when there is none left.
    boolean takeNewFlow(long nowNanos) {
        return newFlows.take(nowNanos);
    }

    /// Takes one from the allowance of flows that others open towards it.
    boolean takeNewInboundFlow(long nowNanos) {
        return newInboundFlows.take(nowNanos);
    }

    DeviceReport report() {
        return new DeviceReport(
                peer.publicKey(), id(), userId(), lock, flows, passedPackets, passedBytes, refusedPackets);
    }
}
