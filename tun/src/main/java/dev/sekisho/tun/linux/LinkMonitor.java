package dev.sekisho.tun.linux;

import dev.sekisho.tun.LinkException;
import dev.sekisho.tun.LinkListener;
import dev.sekisho.tun.Links;
import dev.sekisho.tun.TunException;
import dev.sekisho.tun.linux.LinuxLinks.LinkState;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Watches one interface on a daemon thread of its own, which owns everything here but `closing`.
final class LinkMonitor implements Links.Monitor, Runnable {
    private static final System.Logger LOG = System.getLogger("dev.sekisho.tun");
    private static final short RTM_NEWLINK = 16;
    private static final short RTM_DELLINK = 17;
    private static final int FAMILY = NetlinkMessage.HEADER_BYTES;
    private static final int INDEX = NetlinkMessage.HEADER_BYTES + 4;

    private final int index;
    private final LinkListener listener;
    private final LinuxLinks links;
    private final Netlink netlink;
    private final Epoll poller;
    private final Thread thread;
    private volatile boolean closing;
    private @Nullable LinkState told;
    private boolean removed;

    private LinkMonitor(int index, LinkListener listener, LinuxLinks links, Netlink netlink, Epoll poller) {
        this.index = index;
        this.listener = listener;
        this.links = links;
        this.netlink = netlink;
        this.poller = poller;
        this.thread = Thread.ofPlatform().daemon().name("link-monitor-" + index).unstarted(this);
    }

    /// @throws LinkException when there is no such interface
    static LinkMonitor start(int index, LinkListener listener, LinuxLinks links) {
        Netlink netlink = new Netlink(Netlink.LINK_GROUP);
        try {
            links.state(index);
            Epoll poller = new Epoll();
            poller.add(netlink);
            LinkMonitor monitor = new LinkMonitor(index, listener, links, netlink, poller);
            monitor.thread.start();
            return monitor;
        } catch (RuntimeException e) {
            netlink.close();
            throw e;
        }
    }

    @Override
    public void run() {
        try {
            tellState();
            while (!closing && !removed) {
                poller.await(-1);
                drain();
            }
        } catch (TunException e) {
            LOG.log(Level.ERROR, "interface " + index + " is no longer watched", e);
        } finally {
            poller.close();
            netlink.close();
        }
    }

    private void drain() {
        try {
            ByteBuffer packet = netlink.poll();
            while (packet != null && !closing && !removed) {
                while (packet.remaining() >= INDEX + Integer.BYTES && !removed) {
                    hear(Netlink.next(packet));
                }
                packet = netlink.poll();
            }
        } catch (Netlink.Overrun e) {
            LOG.log(Level.DEBUG, e.getMessage() + ": asking for the state of interface " + index + " again");
            tellState();
        }
    }

    private void hear(ByteBuffer message) {
        if (message.limit() < INDEX + Integer.BYTES || message.get(FAMILY) != 0 || message.getInt(INDEX) != index) {
            return;
        }
        switch (message.getShort(4)) {
            case RTM_NEWLINK -> tell(LinkState.of(message));
            case RTM_DELLINK -> tellRemoved();
            default -> LOG.log(Level.TRACE, "netlink message of type " + message.getShort(4));
        }
    }

    private void tellState() {
        try {
            tell(links.state(index));
        } catch (LinkException e) {
            if (e.reason() != LinkException.Reason.MISSING) {
                throw e;
            }
            tellRemoved();
        }
    }

    private void tell(LinkState state) {
        if (!state.equals(told)) {
            told = state;
            listener.changed(state.up(), state.mtu());
        }
    }

    private void tellRemoved() {
        removed = true;
        listener.removed();
    }

    @Override
    public void close() {
        closing = true;
        poller.wake();
        if (Thread.currentThread() == thread) {
            return;
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
