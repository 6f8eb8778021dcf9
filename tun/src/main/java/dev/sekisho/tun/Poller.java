package dev.sekisho.tun;

/// Waits until a member has something to read, a deadline passes, or somebody wakes it. Owner: one thread, but
/// any thread may call [#wake].
///
/// Level-triggered: as long as a member has something unread, [#await] returns at once. It does not tell which
/// member; the owner reads them all, each until it would block. A TUN queue whose device is gone is left out by
/// itself.
public interface Poller extends AutoCloseable {
    void add(Pollable pollable);

    /// Does nothing when it is no member.
    void remove(Pollable pollable);

    /// Waits. Blocks the thread, which must be a platform thread. May return early without a reason.
    ///
    /// @param timeoutNanos longest wait; 0 = only look; below zero = for ever
    void await(long timeoutNanos);

    /// Ends the current wait, or the next one when nobody waits. Any thread. Cheap when repeated.
    void wake();

    /// Call it after the owner has stopped. Members stay open. Idempotent.
    @Override
    void close();
}
