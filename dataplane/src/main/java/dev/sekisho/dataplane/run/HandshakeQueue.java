package dev.sekisho.dataplane.run;

import dev.sekisho.dataplane.peer.Peer;
import dev.sekisho.dataplane.wire.Endpoint;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.atomic.LongAdder;

/// Public-key work on its way from the workers to the handshake threads. Bounded: what does not fit is dropped and
/// counted,
/// since the peers repeat their handshakes. Our own wishes go first and have room of their own: a flood of received
/// messages
/// does not keep us from starting a session.
///
/// Thread-safe. Never blocks a worker.
final class HandshakeQueue {
    private static final int CAPACITY = 4096;

    /// Waiting jobs above which senders must prove their address with a cookie first.
    private static final int LOAD_MARK = 256;

    /// How long the mark keeps its effect after it was last reached.
    private static final long LOAD_HOLD_NANOS = 1_000_000_000L;

    /// One piece of work; `worker` is where the results go.
    sealed interface Job {
        Worker worker();

        /// A received handshake message, copied.
        record Received(Worker worker, Endpoint from, MemorySegment message) implements Job {}

        /// A wish for a new session with a peer.
        record Initiate(Worker worker, Peer peer) implements Job {}

        /// The end of whatever handshake with a peer is under way.
        record Abandon(Worker worker, Peer peer) implements Job {}
    }

    private final BlockingDeque<Job> jobs = new LinkedBlockingDeque<>(2 * CAPACITY);
    private final LongAdder dropped = new LongAdder();
    private volatile long loadedUntilNanos;
    private volatile boolean loadedOnce;

    /// Queues a copy of a message; drops it when the queue is full.
    void received(Worker worker, Endpoint from, MemorySegment memory, long offset, int lengthBytes) {
        byte[] copy = new byte[lengthBytes];
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offset, copy, 0, lengthBytes);
        if (jobs.size() >= CAPACITY || !jobs.offerLast(new Job.Received(worker, from, MemorySegment.ofArray(copy)))) {
            dropped.increment();
        }
    }

    /// Queues a wish for a session; drops it when the queue is full (the peer's timer repeats it).
    void initiate(Worker worker, Peer peer) {
        offerOwn(new Job.Initiate(worker, peer));
    }

    /// Queues the end of a peer's handshake; where the queue is full its next initiation supersedes it anyway.
    void abandon(Worker worker, Peer peer) {
        offerOwn(new Job.Abandon(worker, peer));
    }

    private void offerOwn(Job job) {
        if (!jobs.offerFirst(job)) {
            dropped.increment();
        }
    }

    /// Waits for the next job.
    Job take() throws InterruptedException {
        return jobs.take();
    }

    /// Whether initiations have piled up, now or within the last second.
    boolean isUnderLoad(long nowNanos) {
        if (jobs.size() >= LOAD_MARK) {
            loadedUntilNanos = nowNanos + LOAD_HOLD_NANOS;
            loadedOnce = true;
            return true;
        }
        return loadedOnce && nowNanos - loadedUntilNanos < 0;
    }

    /// Jobs that found no room.
    long droppedCount() {
        return dropped.sum();
    }
}
