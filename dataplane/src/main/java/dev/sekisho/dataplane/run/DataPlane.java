package dev.sekisho.dataplane.run;

import dev.sekisho.crypto.ChaCha20Poly1305;
import dev.sekisho.crypto.Entropy;
import dev.sekisho.dataplane.Limits;
import dev.sekisho.dataplane.engine.EngineConfig;
import dev.sekisho.dataplane.engine.EngineOptions;
import dev.sekisho.dataplane.flow.CheckpointEvent;
import dev.sekisho.dataplane.flow.CheckpointOptions;
import dev.sekisho.dataplane.noise.CookieChecker;
import dev.sekisho.dataplane.noise.HandshakePeers;
import dev.sekisho.dataplane.noise.Handshaker;
import dev.sekisho.dataplane.noise.IndexTable;
import dev.sekisho.dataplane.noise.RateLimiter;
import dev.sekisho.tun.LinkListener;
import dev.sekisho.tun.Links;
import dev.sekisho.tun.Platform;
import dev.sekisho.tun.Poller;
import dev.sekisho.tun.PortInUseException;
import dev.sekisho.tun.TunDevice;
import dev.sekisho.tun.TunException;
import dev.sekisho.tun.TunQueue;
import dev.sekisho.tun.UdpOptions;
import dev.sekisho.tun.UdpSocket;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The door of the data plane: one WireGuard interface with its threads.
///
/// [#open] makes the TUN device and starts the workers and handshake threads; [#configure] gives it keys and peers;
/// [#close]
/// ends it and removes the device. Thread-safe: one lock guards the configuration, the packet path never takes it.
public final class DataPlane implements Device, AutoCloseable {
    private static final System.Logger LOG = System.getLogger("dev.sekisho.dataplane");
    private static final int SOCKET_BUFFER_BYTES = 8 << 20;
    /// Events of one worker that may wait for the listener.
    private static final int EVENTS = 1 << 14;

    private static final long JOIN_MILLIS = 5_000;
    private static final long WORKER_SECONDS = 10;

    /// Why a data plane ended.
    public enum StopReason {
        /// Somebody called [DataPlane#close].
        CLOSED,
        /// The interface was removed from outside.
        DEVICE_REMOVED,
        /// A worker failed; the log says how.
        FAILED
    }

    private final Platform platform;
    private final TunDevice tun;
    private final IndexTable indexes;
    private final HandshakeQueue handshakes;
    private final HandshakeDrops handshakeDrops;
    private final Steering steering;
    private final Worker[] workers;
    private final List<Thread> workerThreads = new ArrayList<>();
    private final List<Thread> handshakeThreads = new ArrayList<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final AtomicReference<@Nullable StopReason> stopReason = new AtomicReference<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final Roster roster;
    private final List<UdpSocket> sockets = new ArrayList<>();
    private int mtu;
    private int fwmark;
    private boolean closed;
    private Links.@Nullable Monitor linkWatch;
    private Links.@Nullable Monitor handOffWatch;

    private final @Nullable TunDevice handOff;
    private final List<Thread> eventThreads = new ArrayList<>();
    private final List<EventThread> deliveries = new ArrayList<>();
    private final boolean guarded;

    private DataPlane(
            DataPlaneOptions options,
            Optional<Guard> guard,
            Platform platform,
            TunDevice tun,
            @Nullable TunDevice handOff) {
        this.platform = platform;
        this.tun = tun;
        this.handOff = handOff;
        this.guarded = guard.isPresent();
        this.mtu = options.mtu();
        this.indexes = new IndexTable(Limits.MAX_PEERS);
        HandshakePeers handshakePeers = new HandshakePeers(indexes);
        this.handshakes = new HandshakeQueue();
        this.handshakeDrops = new HandshakeDrops();
        int workerCount = Math.min(options.workers(), tun.queueCount());
        this.steering = new Steering(workerCount, indexes, platform.tables());
        this.workers = new Worker[workerCount];
        this.roster = new Roster(handshakePeers, workers, this::publishConfig);
        NanoClock clock = NanoClock.system();
        List<Poller> pollers = openPollers(platform, workerCount);
        ReentrantLock listenerTurn = new ReentrantLock(true);
        for (int i = 0; i < workers.length; i++) {
            EngineOptions engine = new EngineOptions(
                    indexes,
                    ChaCha20Poly1305.create(),
                    platform.tables(),
                    tun.offload().tcp(),
                    tun.offload().udp(),
                    System.nanoTime() + i);
            WorkerGuard own = guard.isEmpty() ? null : guardOf(guard.get(), i, platform.tables(), listenerTurn);
            workers[i] = new Worker(i, engine, tun.queue(i), pollers.get(i), handshakes, clock, steering, own);
        }
        steering.members(workers);
        CookieChecker cookies = new CookieChecker(Entropy.system());
        RateLimiter limiter = new RateLimiter(Entropy.system());
        for (int i = 0; i < options.handshakeThreads(); i++) {
            Handshaker handshaker = new Handshaker(handshakePeers, indexes, cookies, limiter, Entropy.system());
            HandshakeThread work = new HandshakeThread(handshakes, handshaker, clock, handshakeDrops, roster::home);
            handshakeThreads.add(thread("handshake-" + i, work));
        }
        for (Worker worker : workers) {
            workerThreads.add(thread("worker-" + worker.number(), worker));
        }
        publishConfig();
    }

    /// Warms up the packet path, creates the interface and starts. The link is down and nothing is configured.
    ///
    /// @throws TunException when the device cannot be made; the message says why and what to do
    public static DataPlane open(DataPlaneOptions options, Platform platform) {
        return open(options, Optional.empty(), platform);
    }

    /// The same with a checkpoint, if `guard` is present: nothing passes until [#enforce].
    ///
    /// @throws TunException when a device cannot be made; the message says why and what to do
    public static DataPlane open(DataPlaneOptions options, Optional<Guard> guard, Platform platform) {
        long start = System.nanoTime();
        long rounds = Warmup.run(guard.isPresent());
        LOG.log(
                System.Logger.Level.DEBUG,
                "warmed up in {0} ms, {1} rounds",
                (System.nanoTime() - start) / 1_000_000,
                rounds);
        TunDevice tun = platform.openTun(options.interfaceName(), options.workers(), options.mtu());
        TunDevice handOff = null;
        DataPlane plane;
        try {
            Optional<String> handOffName = guard.flatMap(Guard::handOffInterface);
            if (handOffName.isPresent()) {
                handOff = platform.openTun(handOffName.get(), tun.queueCount(), options.mtu());
            }
            plane = new DataPlane(options, guard, platform, tun, handOff);
        } catch (RuntimeException | Error e) {
            tun.close();
            if (handOff != null) {
                handOff.close();
            }
            throw e;
        }
        try {
            plane.start();
            return plane;
        } catch (RuntimeException | Error e) {
            plane.close();
            throw e;
        }
    }

    private void start() {
        handshakeThreads.forEach(Thread::start);
        eventThreads.forEach(Thread::start);
        workerThreads.forEach(Thread::start);
        linkWatch = platform.links().monitor(tun.interfaceIndex(), new LinkWatch()); // tells the present state first
        if (handOff != null) {
            handOffWatch = platform.links().monitor(handOff.interfaceIndex(), new HandOffWatch());
        }
    }

    private WorkerGuard guardOf(Guard guard, int worker, Arena tables, ReentrantLock listenerTurn) {
        EventRing<CheckpointEvent> events = new EventRing<>(EVENTS);
        EventThread delivery = new EventThread(events, guard.listener(), listenerTurn);
        deliveries.add(delivery);
        eventThreads.add(thread("events-" + worker, delivery));
        byte[] seed = new byte[Long.BYTES];
        Entropy.system().fill(seed, 0, seed.length);
        CheckpointOptions options = new CheckpointOptions(
                tables, guard.flows() / workers.length, ByteBuffer.wrap(seed).getLong());
        TunDevice device = handOff;
        TunQueue queue = device == null ? null : device.queue(Math.min(worker, device.queueCount() - 1));
        return new WorkerGuard(options, queue, events);
    }

    private static List<Poller> openPollers(Platform platform, int count) {
        List<Poller> pollers = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                pollers.add(platform.openPoller());
            }
            return pollers;
        } catch (RuntimeException e) {
            pollers.forEach(Poller::close);
            throw e;
        }
    }

    private Thread thread(String name, Runnable work) {
        return Thread.ofPlatform()
                .name(tun.name() + "-" + name)
                .daemon()
                .uncaughtExceptionHandler((thread, failure) -> {
                    LOG.log(System.Logger.Level.ERROR, thread.getName() + " failed; the interface stops", failure);
                    stop(StopReason.FAILED);
                })
                .unstarted(work);
    }

    @Override
    public String interfaceName() {
        return tun.name();
    }

    /// Number of the network interface.
    public int interfaceIndex() {
        return tun.interfaceIndex();
    }

    @Override
    public void configure(DeviceUpdate update) {
        lock.lock();
        try {
            requireOpen();
            roster.requireRoom(update);
            applySocket(update);
            update.privateKey().ifPresent(roster::privateKey);
            roster.apply(update);
            awaitWorkers();
        } finally {
            lock.unlock();
        }
    }

    /// Waits until every worker has done what it was asked: when [#configure] returns, the change is in force.
    private void awaitWorkers() {
        CountDownLatch done = new CountDownLatch(workers.length);
        boolean alive = true;
        for (Worker worker : workers) {
            alive &= worker.post(w -> done.countDown());
        }
        try {
            if (!alive || !done.await(WORKER_SECONDS, TimeUnit.SECONDS)) {
                throw new ConfigurationException(
                        ConfigurationException.Reason.REFUSED, "the packet threads do not answer; see the log");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConfigurationException(
                    ConfigurationException.Reason.REFUSED, "interrupted before the change was known to be in force");
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new ConfigurationException(ConfigurationException.Reason.REFUSED, "the interface is closed");
        }
    }

    // ---- socket

    /// Opens before it closes and marks before it tells: what fails changes nothing.
    private void applySocket(DeviceUpdate update) {
        int mark = update.fwmark().orElse(fwmark);
        boolean hasIdentity = update.privateKey()
                .map(key -> !key.isZero())
                .orElse(roster.publicKey().isPresent());
        if (update.listenPort().isPresent() && isMove(update.listenPort().getAsInt())) {
            listen(update.listenPort().getAsInt(), mark);
        } else if (sockets.isEmpty() && hasIdentity) {
            listen(0, mark);
        } else if (mark != fwmark) {
            try {
                sockets.forEach(socket -> socket.fwmark(mark));
            } catch (TunException e) {
                throw refused(ConfigurationException.Reason.REFUSED, e);
            }
        }
        fwmark = mark;
    }

    private boolean isMove(int port) {
        return sockets.isEmpty() || port == 0 || sockets.getFirst().port() != port;
    }

    private static ConfigurationException refused(ConfigurationException.Reason reason, TunException cause) {
        return new ConfigurationException(reason, String.valueOf(cause.getMessage()));
    }

    private void listen(int port, int mark) {
        List<UdpSocket> fresh = new ArrayList<>();
        boolean shared = workers.length > 1;
        int wanted = port;
        try {
            for (int i = 0; i < workers.length; i++) {
                UdpSocket socket = platform.openUdp(
                        new UdpOptions(wanted, shared, SOCKET_BUFFER_BYTES, SOCKET_BUFFER_BYTES, mark));
                fresh.add(socket);
                wanted = socket.port();
            }
        } catch (TunException e) {
            fresh.forEach(UdpSocket::close);
            boolean busy = e instanceof PortInUseException;
            throw refused(busy ? ConfigurationException.Reason.PORT_IN_USE : ConfigurationException.Reason.REFUSED, e);
        }
        sockets.clear();
        sockets.addAll(fresh);
        for (int i = 0; i < workers.length; i++) {
            UdpSocket socket = fresh.get(i);
            workers[i].post(worker -> worker.socket(socket));
        }
    }

    private void publishConfig() {
        EngineConfig config = new EngineConfig(roster.allowedIps(), mtu);
        steering.allowedIps(roster.allowedIps());
        for (Worker worker : workers) {
            worker.post(w -> w.engine().config(config));
        }
    }

    @Override
    public DeviceStatus status() {
        lock.lock();
        try {
            return new DeviceStatus(
                    tun.name(),
                    roster.privateKey(),
                    roster.publicKey(),
                    sockets.isEmpty() ? 0 : sockets.getFirst().port(),
                    fwmark,
                    roster.peers());
        } finally {
            lock.unlock();
        }
    }

    /// What was counted of each peer, at this moment. Copies no key and asks no worker: cheap enough for
    /// every second.
    public List<PeerTraffic> traffic() {
        lock.lock();
        try {
            return roster.traffic();
        } finally {
            lock.unlock();
        }
    }

    // ---- the link

    private final class LinkWatch implements LinkListener {
        @Override
        public void changed(boolean up, int linkMtu) {
            linkChanged(up, linkMtu);
        }

        @Override
        public void removed() {
            stop(StopReason.DEVICE_REMOVED);
        }
    }

    private final class HandOffWatch implements LinkListener {
        @Override
        public void changed(boolean up, int linkMtu) {
            for (Worker worker : workers) {
                worker.post(w -> w.handOffLinkChanged(up));
            }
        }

        @Override
        public void removed() {
            stop(StopReason.DEVICE_REMOVED);
        }
    }

    private void linkChanged(boolean up, int linkMtu) {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            if (linkMtu != mtu) {
                mtu = linkMtu;
                publishConfig();
            }
            for (Worker worker : workers) {
                worker.post(w -> w.linkChanged(up));
            }
        } finally {
            lock.unlock();
        }
    }

    // ---- the end

    private void stop(StopReason reason) {
        if (stopReason.compareAndSet(null, reason)) {
            stopped.countDown();
        }
    }

    /// Waits until the data plane ends by itself or is closed. The caller still calls [#close].
    public StopReason awaitStop() throws InterruptedException {
        stopped.await();
        StopReason reason = stopReason.get();
        return reason == null ? StopReason.CLOSED : reason;
    }

    /// Stops the threads, wipes keys, closes sockets and removes the interface. Idempotent.
    @Override
    public void close() {
        stop(StopReason.CLOSED);
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
        } finally {
            lock.unlock();
        }
        if (linkWatch != null) {
            linkWatch.close();
        }
        if (handOffWatch != null) {
            handOffWatch.close();
        }
        handshakeThreads.forEach(Thread::interrupt);
        for (Worker worker : workers) {
            worker.stop();
        }
        handshakeThreads.forEach(DataPlane::join);
        workerThreads.forEach(DataPlane::join);
        deliveries.forEach(EventThread::end);
        eventThreads.forEach(DataPlane::join);
        tun.close();
        if (handOff != null) {
            handOff.close();
        }
        SortedMap<String, Long> drops = drops();
        if (!drops.isEmpty()) {
            LOG.log(System.Logger.Level.INFO, "{0}: dropped while it ran: {1}", tun.name(), drops);
        }
        lock.lock();
        try {
            roster.close();
        } finally {
            lock.unlock();
        }
    }

    /// What was dropped and why, without the reasons that never came up. Any thread; also after [#close].
    public SortedMap<String, Long> drops() {
        SortedMap<String, Long> totals = new TreeMap<>();
        for (Worker worker : workers) {
            worker.addDrops(totals);
        }
        handshakeDrops.addTo(totals);
        totals.merge("HANDSHAKE_QUEUE_FULL", handshakes.droppedCount(), Long::sum);
        totals.values().removeIf(count -> count == 0);
        return totals;
    }

    /// What is enforced at the checkpoint, and what it knows.
    ///
    /// @throws IllegalStateException when this tunnel has no checkpoint
    public CheckpointControl checkpoint() {
        if (!guarded) {
            throw new IllegalStateException(tun.name() + " has no checkpoint");
        }
        return new CheckpointControl(this::askAll);
    }

    /// Asks every worker's checkpoint and waits until all have done it.
    private void askAll(Worker.CheckpointTask task) {
        lock.lock();
        try {
            requireOpen();
            for (Worker worker : workers) {
                worker.post(w -> w.checkpoint(task));
            }
            awaitWorkers();
        } finally {
            lock.unlock();
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join(JOIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
