package dev.sekisho.tun.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.sekisho.tun.LinkException;
import dev.sekisho.tun.LinkException.Reason;
import dev.sekisho.tun.TunException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// One rtnetlink socket in this process's network namespace. Owner: one thread.
///
/// Source: netlink(7); extended acknowledgements: `NETLINK_EXT_ACK`, Linux 4.12.
final class Netlink implements LinuxPollable, AutoCloseable {
    /// Group that hears about links. Source: `RTMGRP_LINK`.
    static final int LINK_GROUP = 1;

    private static final int AF_NETLINK = 16;
    private static final int RAW_CLOEXEC = 3 | 0x80000;
    private static final int SOL_NETLINK = 270;
    private static final int NETLINK_CAP_ACK = 10;
    private static final int NETLINK_EXT_ACK = 11;
    private static final int NLMSGERR_ATTR_MSG = 1;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int ROOM_BYTES = 32 * 1024;

    /// Where an error's attributes begin: header, error number, echoed header. Our requests are never echoed
    /// whole.
    private static final int ERROR_ATTRIBUTES =
            NetlinkMessage.HEADER_BYTES + Integer.BYTES + NetlinkMessage.HEADER_BYTES;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment capture = Libc.capture(arena);
    private final MemorySegment room = arena.allocate(ROOM_BYTES, 8);
    private final int fd;

    /// @param groups what to hear about unasked, 0 = nothing
    Netlink(int groups) {
        fd = Libc.socket(capture, AF_NETLINK, RAW_CLOEXEC, 0);
        if (fd < 0) {
            arena.close();
            throw new TunException("cannot talk to the kernel about links (netlink): " + Errno.name(-fd));
        }
        Libc.setsockopt(capture, fd, SOL_NETLINK, NETLINK_CAP_ACK, 1);
        Libc.setsockopt(capture, fd, SOL_NETLINK, NETLINK_EXT_ACK, 1);
        if (groups != 0) {
            MemorySegment address = arena.allocate(12, 4);
            address.set(JAVA_SHORT_UNALIGNED, 0, (short) AF_NETLINK);
            address.set(JAVA_INT_UNALIGNED, 8, groups);
            int bound = Libc.bind(capture, fd, address.address(), 12);
            if (bound < 0) {
                close();
                throw new TunException("cannot hear about links (netlink): " + Errno.name(-bound));
            }
        }
    }

    @Override
    public int fd() {
        return fd;
    }

    @Override
    public boolean failsForGood() {
        return false;
    }

    /// Sends one request and waits for its acknowledgement.
    ///
    /// @param what the request in words, for the error message: "cannot " goes before it
    /// @return the message that came before the acknowledgement, null when there was none
    @Nullable
    ByteBuffer request(NetlinkMessage message, String what) {
        byte[] bytes = message.bytes();
        MemorySegment.copy(bytes, 0, room, ValueLayout.JAVA_BYTE, 0, bytes.length);
        long sent = Libc.send(capture, fd, room.address(), bytes.length);
        if (sent < 0) {
            throw refused(what, (int) -sent, "");
        }
        int sequence = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).getInt(8);
        ByteBuffer answer = null;
        while (true) {
            ByteBuffer packet = receive(0);
            while (packet != null && packet.remaining() >= NetlinkMessage.HEADER_BYTES) {
                ByteBuffer one = next(packet);
                if (one.getInt(8) != sequence) {
                    continue;
                }
                if (one.getShort(4) == NetlinkMessage.ERROR) {
                    check(one, what);
                    return answer;
                }
                answer = one;
            }
        }
    }

    /// What came unasked, message by message with [#next]; null when there is nothing.
    ///
    /// @throws TunException with [Overrun] when the kernel had to drop messages
    @Nullable
    ByteBuffer poll() {
        return receive(MSG_DONTWAIT);
    }

    private @Nullable ByteBuffer receive(int flags) {
        long got = Libc.recv(capture, fd, room.address(), ROOM_BYTES, flags);
        if (got == -Errno.ENOBUFS) {
            throw new Overrun();
        }
        if (got == -Errno.EINTR || got == -Errno.EAGAIN) {
            return null;
        }
        if (got < 0) {
            throw new TunException("cannot hear the kernel about links (netlink): " + Errno.name((int) -got));
        }
        byte[] bytes = room.asSlice(0, got).toArray(ValueLayout.JAVA_BYTE);
        return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    }

    /// Takes the first message off a packet.
    static ByteBuffer next(ByteBuffer packet) {
        int start = packet.position();
        int length = Math.clamp(packet.getInt(start), NetlinkMessage.HEADER_BYTES, packet.remaining());
        packet.position(Math.min(packet.limit(), start + NetlinkMessage.aligned(length)));
        return packet.slice(start, length).order(packet.order());
    }

    private static void check(ByteBuffer error, String what) {
        int errno = -error.getInt(NetlinkMessage.HEADER_BYTES);
        if (errno == 0) {
            return;
        }
        ByteBuffer text = NetlinkMessage.find(error, ERROR_ATTRIBUTES, NLMSGERR_ATTR_MSG);
        String words = "";
        if (text != null) {
            words = StandardCharsets.UTF_8.decode(text).toString().replace("\0", "");
        }
        throw refused(what, errno, words);
    }

    private static LinkException refused(String what, int errno, String kernelWords) {
        Reason reason = switch (errno) {
            case Errno.EEXIST -> Reason.EXISTS;
            case Errno.ENOENT, Errno.ESRCH, Errno.ENODEV, Errno.EADDRNOTAVAIL -> Reason.MISSING;
            case Errno.EPERM, Errno.EACCES -> Reason.NOT_PERMITTED;
            default -> Reason.OTHER;
        };
        String advice = reason == Reason.NOT_PERMITTED ? "; run as root, or with the capability CAP_NET_ADMIN" : "";
        String words = kernelWords.isEmpty() ? "" : "; the kernel says: " + kernelWords;
        return new LinkException(reason, "cannot " + what + ": " + Errno.name(errno) + words + advice);
    }

    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            Libc.close(capture, fd);
            arena.close();
        }
    }

    /// The kernel dropped messages because we were slow.
    static final class Overrun extends TunException {
        private static final long serialVersionUID = 1L;

        Overrun() {
            super("the kernel dropped messages about links");
        }
    }
}
