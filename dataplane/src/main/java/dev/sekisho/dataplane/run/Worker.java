package dev.sekisho.dataplane.run;

import dev.sekisho.dataplane.engine.CheckpointEgress;
import dev.sekisho.dataplane.engine.DropReason;
import dev.sekisho.dataplane.engine.Engine;
import dev.sekisho.dataplane.engine.EngineCommand;
import dev.sekisho.dataplane.engine.EngineEvent;
import dev.sekisho.dataplane.engine.EngineOptions;
import dev.sekisho.dataplane.flow.Checkpoint;
import dev.sekisho.dataplane.flow.CheckpointEvent;
import dev.sekisho.dataplane.flow.Denial;
import dev.sekisho.dataplane.noise.Keypair;
import dev.sekisho.dataplane.peer.Peer;
import dev.sekisho.dataplane.wire.Endpoint;
import dev.sekisho.tun.Poller;
import dev.sekisho.tun.ReceiveBatch;
import dev.sekisho.tun.SendBatch;
import dev.sekisho.tun.TunQueue;
import dev.sekisho.tun.UdpErrors;
import dev.sekisho.tun.UdpSocket;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// One thread that moves packets: it owns an engine, a queue of the TUN device and a UDP socket, and takes every packet
/// from
/// one to the other without handing it over (run to completion; why: `docs/adr/0001-threads.md`).
///
/// Everything here belongs to the worker's thread but [#post], [#stop] and the counters. In steady state a cycle
/// allocates
/// nothing.
final class Worker implements Runnable, CheckpointEgress {
    private static final System.Logger LOG = System.getLogger("dev.sekisho.dataplane");

    /// Messages taken from the socket in one cycle; each may hold 64 datagrams.
    private static final int RECEIVE_SLOTS = 4;

    private static final int RECEIVE_SLOT_BYTES = 65_536;

    /// Frames taken from the TUN device in one cycle, and bytes after which the cycle ends early: sealed trains should
    /// still
    /// be in the cache when they are sent.
    private static final int TUN_FRAMES = 64;

    private static final int TUN_BYTES = 192 * 1024;
    private static final int TUN_SLACK_BYTES = 64;
    private static final int SEND_TRAINS = 16;
    private static final int TASKS = 8192;

    /// How often who waits to post looks whether the worker is still there.
    private static final long POST_MILLIS = 100;

    /// How often the checkpoint is told the time of day.
    private static final long WALL_NANOS = 1_000_000_000L;

    private static final long NANOS_PER_MILLI = 1_000_000L;

    /// How long the records of the last flows may take.
    private static final long LAST_EVENTS_NANOS = 3_000_000_000L;

    private final int number;
    private final Engine engine;
    private final TunQueue tun;
    private final Poller poller;
    private final HandshakeQueue handshakes;
    private final NanoClock clock;
    private final Steering steering;
    private final BlockingQueue<WorkerTask> tasks = new ArrayBlockingQueue<>(TASKS);
    private final EndpointCache endpoints = new EndpointCache();
    private final ReceiveBatch receiveBatch = new ReceiveBatch(RECEIVE_SLOTS, RECEIVE_SLOT_BYTES);
    private final SendBatch sendBatch = new SendBatch(SEND_TRAINS);
    private final SendBatch handshakeBatch = new SendBatch(1);
    private final MemorySegment handshakeBytes = Arena.ofAuto().allocate(256, 64);
    private final MemorySegment frame = Arena.ofAuto().allocate(TunQueue.MAX_FRAME_BYTES + TUN_SLACK_BYTES, 64);
    private final LongAdder tunWriteErrors = new LongAdder();
    private final LongAdder handOffErrors = new LongAdder();
    private final LongAdder steeringDrops = new LongAdder();
    private final LongAdder socketLosses = new LongAdder();
    private final @Nullable WorkerGuard guard;
    private final @Nullable TunQueue handOff;
    private boolean handOffReadable;
    private long wallToldNanos;
    private @Nullable UdpSocket socket;
    private boolean tunReadable;
    private volatile boolean stopping;
    private volatile boolean ended;

    /// @param number which of the workers this is, from 0
    /// @param tun the queue it owns; waits for [#linkChanged] before it reads
    /// @param guard what its checkpoint needs, null for a tunnel without one
    Worker(
            int number,
            EngineOptions options,
            TunQueue tun,
            Poller poller,
            HandshakeQueue handshakes,
            NanoClock clock,
            Steering steering,
            @Nullable WorkerGuard guard) {
        this.number = number;
        this.guard = guard;
        this.handOff = guard == null ? null : guard.handOff();
        this.tun = tun;
        this.poller = poller;
        this.handshakes = handshakes;
        this.clock = clock;
        this.steering = steering;
        this.engine = guard == null ? new Engine(options, this) : new Engine(options, guard.options(), this);
        tellWallTime(clock.nanoTime());
    }

    /// Which of the workers this is, from 0.
    int number() {
        return number;
    }

    /// Asks for something to be run between two batches. Any other thread; waits while too many tasks are waiting.
    ///
    /// @return false when the worker has ended and will never do it
    boolean post(WorkerTask task) {
        boolean interrupted = false;
        try {
            while (!ended) {
                try {
                    if (tasks.offer(task, POST_MILLIS, TimeUnit.MILLISECONDS)) {
                        poller.wake();
                        return true;
                    }
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            return false;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// Ends the thread soon. Any thread.
    void stop() {
        stopping = true;
        poller.wake();
    }

    @Override
    public void run() {
        try {
            while (!stopping) {
                if (cycle() == 0) {
                    rest();
                }
            }
        } finally {
            ended = true;
            try {
                closeCheckpoint();
            } finally {
                closeSocket();
                poller.close();
            }
        }
    }

    /// Records the end of all flows, and waits a while for whoever takes the records.
    private void closeCheckpoint() {
        if (guard == null) {
            return;
        }
        engine.checkpoint().close(clock.nanoTime());
        long start = clock.nanoTime();
        while (engine.checkpoint().settleEvents() && clock.nanoTime() - start < LAST_EVENTS_NANOS) {
            LockSupport.parkNanos(NANOS_PER_MILLI);
        }
        engine.checkpoint().abandonEvents();
    }

    private void closeSocket() {
        if (socket != null) {
            countLosses(socket);
            socket.close();
        }
    }

    /// One duty cycle: tasks, what came from the network, what came from the TUN device, timers.
    ///
    /// @return amount of work done, 0 when there was nothing to do
    private int cycle() {
        int work = runTasks();
        long now = clock.nanoTime();
        if (guard != null && now - wallToldNanos >= WALL_NANOS) {
            tellWallTime(now);
        }
        work += receive(now) + steering.drain(this, now);
        work += tunReadable ? readTun(tun, now) : 0;
        work += handOffReadable && handOff != null ? readTun(handOff, now) : 0;
        if (work > 0) {
            engine.flush(now);
        }
        if (engine.nextDeadlineNanos() - now <= 0) {
            engine.onTimeout(now);
            engine.flush(now);
        }
        return work;
    }

    private void tellWallTime(long now) {
        if (guard != null) {
            wallToldNanos = now;
            engine.checkpoint().wallTime(now, clock.wallNanos() / NANOS_PER_MILLI);
        }
    }

    private void rest() {
        long deadline = engine.nextDeadlineNanos();
        poller.await(deadline == Long.MAX_VALUE ? -1 : Math.max(0, deadline - clock.nanoTime()));
    }

    private int runTasks() {
        int count = 0;
        while (count < TASKS) {
            WorkerTask task = tasks.poll();
            if (task == null) {
                break;
            }
            task.run(this);
            count++;
        }
        return count;
    }

    private int receive(long now) {
        UdpSocket current = socket;
        if (current == null) {
            return 0;
        }
        int count = current.receive(receiveBatch);
        for (int slot = 0; slot < count; slot++) {
            Endpoint from = endpoints.sender(receiveBatch, slot);
            if (!steering.datagramsAreForeign(this, from, receiveBatch, slot)) {
                engine.onDatagrams(
                        now,
                        from,
                        receiveBatch.memory(),
                        receiveBatch.offset(slot),
                        receiveBatch.length(slot),
                        receiveBatch.segmentBytes(slot));
            }
        }
        return Math.max(count, 0);
    }

    private int readTun(TunQueue queue, long now) {
        int bytes = 0;
        int frames = 0;
        while (frames < TUN_FRAMES && bytes < TUN_BYTES) {
            int length = queue.read(frame, 0, TunQueue.MAX_FRAME_BYTES);
            if (length <= 0) {
                break; // nothing more, or the link went down: the watch on the link tells
            }
            frames++;
            bytes += length;
            if (!steering.frameIsForeign(this, frame, length)) {
                engine.onTunFrame(now, frame, 0, length);
            }
        }
        return frames;
    }

    // ---- tasks, on this thread

    /// Replaces the socket; the old one is closed.
    void socket(UdpSocket next) {
        UdpSocket old = socket;
        if (old != null) {
            poller.remove(old);
            countLosses(old);
            old.close();
        }
        socket = next;
        poller.add(next);
    }

    private void countLosses(UdpSocket closing) {
        UdpErrors errors = closing.errors();
        socketLosses.add(errors.refused() + errors.truncated());
    }

    /// Starts or stops reading the TUN device.
    void linkChanged(boolean up) {
        if (up && !tunReadable) {
            poller.add(tun);
        } else if (!up && tunReadable) {
            poller.remove(tun);
        }
        tunReadable = up;
    }

    /// Starts or stops reading the hand-off device: proxies that are bound to it answer there.
    void handOffLinkChanged(boolean up) {
        if (handOff == null) {
            return;
        }
        if (up && !handOffReadable) {
            poller.add(handOff);
        } else if (!up && handOffReadable) {
            poller.remove(handOff);
        }
        handOffReadable = up;
    }

    /// Hands a command to the engine.
    void command(EngineCommand command) {
        long now = clock.nanoTime();
        engine.onCommand(now, command);
        engine.flush(now);
    }

    /// A handshake thread finished a session.
    void established(Peer peer, Keypair keypair, Endpoint from) {
        command(new EngineCommand.SessionEstablished(peer, keypair, from));
    }

    /// Asks something of the checkpoint. Runs on this thread, between two batches.
    void checkpoint(CheckpointTask task) {
        long now = clock.nanoTime();
        task.run(engine.checkpoint(), now);
        engine.flush(now);
    }

    /// What a [#checkpoint] call does.
    @FunctionalInterface
    interface CheckpointTask {
        void run(Checkpoint checkpoint, long nowNanos);
    }

    /// Gives access to the engine.
    Engine engine() {
        return engine;
    }

    /// Sends a handshake message that a handshake thread made.
    void sendHandshake(Endpoint to, byte[] message) {
        UdpSocket current = socket;
        if (current == null) {
            return;
        }
        MemorySegment.copy(message, 0, handshakeBytes, ValueLayout.JAVA_BYTE, 0, message.length);
        add(handshakeBatch, to, handshakeBytes, 0, message.length, message.length);
        current.send(handshakeBatch);
    }

    // ---- what the engine asks for

    @Override
    public void toNetwork(Endpoint to, MemorySegment memory, long offset, int totalBytes, int segmentBytes) {
        if (sendBatch.isFull()) {
            flushNetwork();
        }
        add(sendBatch, to, memory, offset, totalBytes, segmentBytes);
    }

    private static void add(
            SendBatch batch, Endpoint to, MemorySegment memory, long offset, int totalBytes, int segmentBytes) {
        batch.add(
                to.addressHigh(),
                to.addressLow(),
                to.port(),
                to.scopeId(),
                to.sourceHigh(),
                to.sourceLow(),
                to.sourceInterface(),
                memory,
                offset,
                totalBytes,
                segmentBytes);
    }

    @Override
    public void flushNetwork() {
        if (sendBatch.count() == 0) {
            return;
        }
        if (socket == null) {
            sendBatch.clear();
        } else {
            socket.send(sendBatch); // refusals are counted by the socket
        }
    }

    @Override
    public void toTun(MemorySegment memory, long offset, int lengthBytes) {
        if (tun.write(memory, offset, lengthBytes) != lengthBytes) {
            tunWriteErrors.increment();
        }
    }

    @Override
    public void toHandOff(MemorySegment memory, long offset, int lengthBytes) {
        if (handOff == null || handOff.write(memory, offset, lengthBytes) != lengthBytes) {
            handOffErrors.increment();
        }
    }

    @Override
    public boolean hasRoom(int count) {
        return guard != null && guard.events().hasRoom(count);
    }

    @Override
    public boolean event(CheckpointEvent event) {
        return guard != null && guard.events().offer(event);
    }

    @Override
    public void toHandshake(Endpoint from, MemorySegment memory, long offset, int lengthBytes) {
        handshakes.received(this, from, memory, offset, lengthBytes);
    }

    @Override
    public void initiate(Peer peer) {
        handshakes.initiate(this, peer);
    }

    @Override
    public void event(EngineEvent event) {
        if (event instanceof EngineEvent.KeysForgotten(Peer peer)) {
            handshakes.abandon(this, peer);
        }
        LOG.log(System.Logger.Level.DEBUG, event);
    }

    /// Wakes the thread. Any thread.
    void wake() {
        poller.wake();
    }

    /// Counts a packet that found no room on its way to another worker.
    void countSteeringDrop() {
        steeringDrops.increment();
    }

    /// Adds what this worker lost, by reason, to `totals`. Any thread; complete once the worker has ended.
    void addDrops(Map<String, Long> totals) {
        for (DropReason reason : DropReason.values()) {
            totals.merge(reason.name(), engine.drops().count(reason), Long::sum);
        }
        totals.merge("TUN_WRITE_REFUSED", tunWriteErrors.sum(), Long::sum);
        totals.merge("HAND_OFF_REFUSED", handOffErrors.sum(), Long::sum);
        if (guard != null) {
            for (Denial reason : Denial.values()) {
                totals.merge(reason.name(), engine.checkpoint().denials().count(reason), Long::sum);
            }
            totals.merge("EVENTS_LOST", engine.checkpoint().lostEvents(), Long::sum);
        }
        totals.merge("SOCKET_REFUSED", socketLosses.sum(), Long::sum);
        totals.merge("WORKER_RING_FULL", steeringDrops.sum(), Long::sum);
    }
}
