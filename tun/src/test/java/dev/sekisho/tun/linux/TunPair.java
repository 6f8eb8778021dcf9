package dev.sekisho.tun.linux;

import dev.sekisho.tun.Links;
import dev.sekisho.tun.Poller;
import dev.sekisho.tun.TunQueue;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/// Two TUN devices in two namespaces (the caller's and a new one) and threads that hand every frame of one to
/// the other as it is. The near side has the addresses ending in 1, the far side those ending in 2.
final class TunPair implements AutoCloseable {
    static final InetAddress FAR_V4 = InetAddress.ofLiteral("198.18.0.2");
    static final InetAddress FAR_V6 = InetAddress.ofLiteral("2001:db8::2");

    private static final int GSO_TYPE = 1;

    final LinuxTun near;
    final LinuxTun far;

    /// Frames that held more than one segment, by GSO type.
    final AtomicLong[] superFrames = new AtomicLong[8];

    final AtomicLong[] framesOfQueue = new AtomicLong[8];
    final AtomicLong refusedWrites = new AtomicLong();

    private final ExecutorService farThread = Executors.newSingleThreadExecutor();
    private final Epoll nearPoller = new Epoll();
    private final Epoll farPoller = new Epoll();
    private final ExecutorService relays = Executors.newFixedThreadPool(2);
    private volatile boolean stopping;

    TunPair(LinuxTun.Wanted wanted) throws Exception {
        for (int i = 0; i < superFrames.length; i++) {
            superFrames[i] = new AtomicLong();
            framesOfQueue[i] = new AtomicLong();
        }
        near = open(wanted, 1);
        far = farThread
                .submit(() -> {
                    enter();
                    return open(wanted, 2);
                })
                .get();
        relays.execute(() -> relay(near, far, nearPoller));
        relays.execute(() -> relay(far, near, farPoller));
    }

    private static void enter() throws Exception {
        try {
            NamespaceExtension.enter();
        } catch (Exception e) {
            throw e;
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    private static LinuxTun open(LinuxTun.Wanted wanted, int host) throws Exception {
        LinuxLinks links = new LinuxLinks();
        LinuxTun tun = LinuxTun.open(wanted, links);
        prepare(links, tun.interfaceIndex(), host);
        NamespaceExtension.awaitLocal("2001:db8::" + host);
        return tun;
    }

    private static void prepare(Links links, int index, int host) {
        links.addAddress(index, InetAddress.ofLiteral("198.18.0." + host), 24);
        links.addAddress(index, InetAddress.ofLiteral("2001:db8::" + host), 64);
        links.up(index);
    }

    /// Runs something on the far side.
    <T> T onFarSide(Callable<T> action) throws Exception {
        return farThread.submit(action).get();
    }

    /// Starts something on the far side that may wait for the near one.
    Thread startOnFarSide(Runnable action) throws Exception {
        return onFarSide(() -> Thread.ofPlatform().start(action));
    }

    private void relay(LinuxTun from, LinuxTun to, Poller poller) {
        MemorySegment frame = Arena.ofAuto().allocate(TunQueue.MAX_FRAME_BYTES);
        for (int i = 0; i < from.queueCount(); i++) {
            poller.add(from.queue(i));
        }
        while (!stopping) {
            poller.await(-1);
            for (int i = 0; i < from.queueCount(); i++) {
                relay(from.queue(i), to.queue(i), frame, framesOfQueue[i]);
            }
        }
    }

    private void relay(TunQueue from, TunQueue to, MemorySegment frame, AtomicLong frames) {
        int length = from.read(frame, 0, TunQueue.MAX_FRAME_BYTES);
        while (length > 0) {
            frames.incrementAndGet();
            int type = frame.get(ValueLayout.JAVA_BYTE, GSO_TYPE) & 7;
            if (type != 0) {
                superFrames[type].incrementAndGet();
            }
            if (to.write(frame, 0, length) != length) {
                refusedWrites.incrementAndGet();
            }
            length = from.read(frame, 0, TunQueue.MAX_FRAME_BYTES);
        }
    }

    @Override
    public void close() {
        stopping = true;
        nearPoller.wake();
        farPoller.wake();
        relays.close();
        nearPoller.close();
        farPoller.close();
        near.close();
        far.close();
        farThread.close();
    }
}
