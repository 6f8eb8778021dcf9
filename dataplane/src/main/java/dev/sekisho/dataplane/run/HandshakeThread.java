package dev.sekisho.dataplane.run;

import dev.sekisho.dataplane.noise.HandshakeDrop;
import dev.sekisho.dataplane.noise.HandshakePeer;
import dev.sekisho.dataplane.noise.HandshakeSink;
import dev.sekisho.dataplane.noise.Handshaker;
import dev.sekisho.dataplane.noise.Keypair;
import dev.sekisho.dataplane.peer.Peer;
import dev.sekisho.dataplane.wire.Endpoint;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Does public-key work, one job at a time, so that no data packet ever waits behind a curve multiplication.
///
/// Results go to the worker that asked, as tasks: first the new session, then the message to send, so that data on the
/// new
/// index always finds its keys. Owner of its [Handshaker]; shares the drop counters with its siblings.
final class HandshakeThread implements Runnable, HandshakeSink {
    private static final System.Logger LOG = System.getLogger("dev.sekisho.dataplane");

    private final HandshakeQueue queue;
    private final Handshaker handshaker;
    private final NanoClock clock;
    private final HandshakeDrops drops;
    private final Function<Peer, Worker> homes;
    private @Nullable Worker worker;

    /// @param homes which worker owns a peer
    HandshakeThread(
            HandshakeQueue queue,
            Handshaker handshaker,
            NanoClock clock,
            HandshakeDrops drops,
            Function<Peer, Worker> homes) {
        this.homes = homes;
        this.queue = queue;
        this.handshaker = handshaker;
        this.clock = clock;
        this.drops = drops;
    }

    @Override
    public void run() {
        try {
            while (true) {
                HandshakeQueue.Job job = queue.take();
                try {
                    work(job);
                } catch (RuntimeException e) {
                    LOG.log(System.Logger.Level.ERROR, "handshake work failed; the message is dropped", e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the data plane closes
        }
    }

    private void work(HandshakeQueue.Job job) {
        long now = clock.nanoTime();
        worker = job.worker();
        switch (job) {
            case HandshakeQueue.Job.Received(Worker _, Endpoint from, MemorySegment message) -> {
                int length = (int) message.byteSize();
                handshaker.onMessage(now, clock.wallNanos(), from, message, 0, length, queue.isUnderLoad(now), this);
            }
            case HandshakeQueue.Job.Abandon(Worker _, Peer peer) -> handshaker.abandon(peer.handshake());
            case HandshakeQueue.Job.Initiate(Worker _, Peer peer) -> {
                Endpoint to = peer.endpoint();
                if (to != null) {
                    handshaker.initiate(now, clock.wallNanos(), peer.handshake(), to, this);
                }
            }
        }
    }

    @Override
    public void send(Endpoint to, MemorySegment message, long offset, int lengthBytes) {
        byte[] copy = new byte[lengthBytes];
        MemorySegment.copy(message, ValueLayout.JAVA_BYTE, offset, copy, 0, lengthBytes);
        post(w -> w.sendHandshake(to, copy));
    }

    @Override
    public void established(HandshakePeer peer, Keypair keypair, Endpoint from) {
        if (peer.owner() instanceof Peer owner) {
            homes.apply(owner).post(w -> w.established(owner, keypair, from));
        }
    }

    @Override
    public void dropped(HandshakeDrop reason) {
        drops.increment(reason);
    }

    private void post(WorkerTask task) {
        Worker target = worker;
        if (target != null) {
            target.post(task);
        }
    }
}
