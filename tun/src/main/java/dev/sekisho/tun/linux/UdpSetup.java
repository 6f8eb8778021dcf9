package dev.sekisho.tun.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.sekisho.tun.PortInUseException;
import dev.sekisho.tun.TunException;
import dev.sekisho.tun.UdpOptions;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Opens UDP sockets: one dual-stack socket, or an IPv4 one where the kernel has no IPv6. Whatever the kernel
/// lacks is left out with one line in the log.
///
/// Source: udp(7), ipv6(7), socket(7).
final class UdpSetup {
    static final int SOL_SOCKET = 1;
    static final int SO_MARK = 36;
    static final int SO_RCVBUF = 8;
    static final int SO_SNDBUF = 7;

    private static final System.Logger LOG = System.getLogger("dev.sekisho.tun");
    private static final int SO_REUSEPORT = 15;
    private static final int SO_SNDBUFFORCE = 32;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int DGRAM_NONBLOCK_CLOEXEC = 2 | 0x800 | 0x80000;
    private static final int IPV6_V6ONLY = 26;
    private static final int IPV6_RECVPKTINFO = 49;

    private final MemorySegment capture;
    private final UdpOptions options;
    private final boolean v6;
    private final int fd;

    private UdpSetup(MemorySegment capture, UdpOptions options, boolean allowV6) {
        this.capture = capture;
        this.options = options;
        int made =
                allowV6 ? Libc.socket(capture, SocketAddress.AF_INET6, DGRAM_NONBLOCK_CLOEXEC, 0) : -Errno.EAFNOSUPPORT;
        this.v6 = made >= 0;
        if (!v6) {
            LOG.log(Level.INFO, "no IPv6 sockets here (" + Errno.name(-made) + "): IPv4 only");
            made = Libc.socket(capture, SocketAddress.AF_INET, DGRAM_NONBLOCK_CLOEXEC, 0);
        }
        if (made < 0) {
            throw new TunException("cannot open a UDP socket: " + Errno.name(-made));
        }
        this.fd = made;
    }

    /// @throws TunException when the port is busy or an option that matters is refused
    static LinuxUdp open(UdpOptions options) {
        return new LinuxUdp(prepare(options, true), UdpSender.Call.KERNEL);
    }

    /// Opens the descriptor.
    ///
    /// @param allowV6 false = as on a machine without IPv6
    static LinuxUdp.Opened prepare(UdpOptions options, boolean allowV6) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment capture = Libc.capture(arena);
            UdpSetup setup = new UdpSetup(capture, options, allowV6);
            try {
                return setup.finish(arena);
            } catch (RuntimeException e) {
                Libc.close(capture, setup.fd);
                throw e;
            }
        }
    }

    private LinuxUdp.Opened finish(Arena arena) {
        if (v6) {
            must(MessageArray.SOL_IPV6, IPV6_V6ONLY, 0, "take IPv4 on an IPv6 socket");
        }
        if (options.reusePort()) {
            must(SOL_SOCKET, SO_REUSEPORT, 1, "share UDP port " + options.port());
        }
        if (options.fwmark() != 0) {
            int result = Libc.setsockopt(capture, fd, SOL_SOCKET, SO_MARK, options.fwmark());
            if (result < 0) {
                throw new TunException(markRefused(-result));
            }
        }
        buffer("receive", SO_RCVBUFFORCE, SO_RCVBUF, options.receiveBufferBytes());
        buffer("send", SO_SNDBUFFORCE, SO_SNDBUF, options.sendBufferBytes());
        localAddresses();
        boolean segments = offered(MessageArray.UDP_SEGMENT, 0, "UDP_SEGMENT", "sending single datagrams");
        boolean coalesced = offered(MessageArray.UDP_GRO, 1, "UDP_GRO", "receiving single datagrams");
        return new LinuxUdp.Opened(fd, bind(arena), v6, segments, coalesced);
    }

    private void must(int level, int option, int value, String what) {
        int result = Libc.setsockopt(capture, fd, level, option, value);
        if (result < 0) {
            throw new TunException("cannot " + what + ": " + Errno.name(-result));
        }
    }

    /// A dual-stack socket reports the local address of IPv4 packets by the IPv6 option, mapped.
    private void localAddresses() {
        int result = v6
                ? Libc.setsockopt(capture, fd, MessageArray.SOL_IPV6, IPV6_RECVPKTINFO, 1)
                : Libc.setsockopt(capture, fd, MessageArray.SOL_IP, MessageArray.IP_PKTINFO, 1);
        if (result < 0) {
            LOG.log(
                    Level.INFO,
                    "the kernel does not tell local addresses (" + Errno.name(-result)
                            + "): replies leave from the address it chooses");
        }
    }

    private boolean offered(int option, int value, String name, String instead) {
        int result = Libc.setsockopt(capture, fd, MessageArray.SOL_UDP, option, value);
        if (result < 0) {
            LOG.log(Level.INFO, "no " + name + " in this kernel (" + Errno.name(-result) + "): " + instead);
        }
        return result >= 0;
    }

    /// Beyond the administrator's limit where we may, else up to it.
    private void buffer(String which, int force, int plain, int bytes) {
        if (bytes == 0 || Libc.setsockopt(capture, fd, SOL_SOCKET, force, bytes) >= 0) {
            return;
        }
        must(SOL_SOCKET, plain, bytes, "set the " + which + " buffer");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(JAVA_INT);
            Libc.getsockopt(capture, fd, SOL_SOCKET, plain, value);
            // The kernel doubles what it is given, for its own bookkeeping: socket(7).
            int got = value.get(JAVA_INT, 0) / 2;
            if (got < bytes) {
                LOG.log(
                        Level.INFO,
                        "the " + which + " buffer is " + got + " bytes instead of " + bytes + ": raise net.core."
                                + (which.equals("send") ? "w" : "r") + "mem_max, or run as root");
            }
        }
    }

    /// @return the local port
    private int bind(Arena arena) {
        MemorySegment address = arena.allocate(SocketAddress.BYTES, 8);
        int bytes = v6 ? SocketAddress.BYTES : SocketAddress.V4_BYTES;
        if (v6) {
            SocketAddress.put(address, 0, 0, 0, options.port(), 0);
        } else {
            SocketAddress.putV4(address, 0, 0, options.port());
        }
        int result = Libc.bind(capture, fd, address.address(), bytes);
        if (result < 0) {
            throw bindRefused(-result);
        }
        MemorySegment length = arena.allocateFrom(JAVA_INT, bytes);
        int named = Libc.getsockname(capture, fd, address.address(), length.address());
        if (named < 0) {
            throw new TunException("cannot learn the local UDP port: " + Errno.name(-named));
        }
        return SocketAddress.port(address, 0);
    }

    private TunException bindRefused(int errno) {
        return switch (errno) {
            case Errno.EADDRINUSE -> new PortInUseException(options.port());
            case Errno.EACCES, Errno.EPERM ->
                new TunException("no permission to use UDP port " + options.port()
                        + ": run as root, or choose a port above 1023");
            default -> new TunException("cannot use UDP port " + options.port() + ": " + Errno.name(errno));
        };
    }

    static String markRefused(int errno) {
        return errno == Errno.EPERM
                ? "no permission to set a firewall mark: run as root, or with the capability CAP_NET_ADMIN"
                : "cannot set a firewall mark: " + Errno.name(errno);
    }
}
