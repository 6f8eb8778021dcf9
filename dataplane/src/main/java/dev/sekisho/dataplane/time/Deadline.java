package dev.sekisho.dataplane.time;

/// The place of one owner in a [DeadlineQueue]. Owner thread: that of the queue. Make one per owner and keep
/// it: the queue allocates nothing of its own per entry.
///
/// @param <T> what falls due
public final class Deadline<T> {
    final T owner;
    int position = DeadlineQueue.NOT_QUEUED;

    public Deadline(T owner) {
        this.owner = owner;
    }
}
