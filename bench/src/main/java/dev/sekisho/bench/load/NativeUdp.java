package dev.sekisho.bench.load;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.net.Inet4Address;
import java.nio.ByteOrder;

/// An IPv4 UDP socket of Linux with sendmmsg and recvmmsg: [#SLOTS] datagrams a system call, each in a slot of fixed
/// size.
/// Thread-confined.
///
/// Source: sendmmsg(2), recvmmsg(2), ip(7); the layouts are those of 64-bit Linux.
final class NativeUdp implements AutoCloseable {
    static final int SLOTS = 64;
    static final int SLOT_BYTES = 2_048;

    private static final int AF_INET = 2;
    private static final int SOCK_DGRAM = 2;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVTIMEO = 20;
    private static final int SO_SNDBUFFORCE = 32;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int MSG_WAITFORONE = 0x10000;
    private static final int EAGAIN = 11;
    private static final int EINTR = 4;
    private static final int ECONNREFUSED = 111;
    private static final int BUFFER_BYTES = 8 << 20;
    private static final int SOCKADDR_BYTES = 16;
    private static final long TIMEOUT_MICROS = 200_000;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final ValueLayout.OfShort PORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private static final MethodHandle SOCKET = function("socket", FunctionDescriptor.of(INT, INT, INT, INT));
    private static final MethodHandle CLOSE = function("close", FunctionDescriptor.of(INT, INT));
    private static final MethodHandle BIND =
            function("bind", FunctionDescriptor.of(INT, INT, ValueLayout.ADDRESS, INT));
    private static final MethodHandle CONNECT =
            function("connect", FunctionDescriptor.of(INT, INT, ValueLayout.ADDRESS, INT));
    private static final MethodHandle SETSOCKOPT =
            function("setsockopt", FunctionDescriptor.of(INT, INT, INT, INT, ValueLayout.ADDRESS, INT));
    private static final MethodHandle SENDMMSG =
            function("sendmmsg", FunctionDescriptor.of(INT, INT, ValueLayout.ADDRESS, INT, INT));
    private static final MethodHandle RECVMMSG =
            function("recvmmsg", FunctionDescriptor.of(INT, INT, ValueLayout.ADDRESS, INT, INT, ValueLayout.ADDRESS));

    /// struct mmsghdr: msg_name, msg_namelen, msg_iov, msg_iovlen, msg_control, msg_controllen, msg_flags, then
    /// msg_len.
    private static final int HEADER_BYTES = 64;

    private static final int NAME = 0;
    private static final int NAME_BYTES = 8;
    private static final int IOV = 16;
    private static final int IOV_COUNT = 24;
    private static final int RESULT_BYTES = 56;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment state = arena.allocate(STATE);
    private final MemorySegment headers = arena.allocate((long) HEADER_BYTES * SLOTS, 8);
    private final MemorySegment vectors = arena.allocate(16L * SLOTS, 8);
    private final MemorySegment names = arena.allocate((long) SOCKADDR_BYTES * SLOTS, 8);
    private final MemorySegment data = arena.allocate((long) SLOT_BYTES * SLOTS, 64);
    private final int socket;

    private NativeUdp() {
        socket = check("socket", openSocket());
        option(SO_SNDBUFFORCE, BUFFER_BYTES);
        option(SO_RCVBUFFORCE, BUFFER_BYTES);
        MemorySegment timeout = arena.allocate(16, 8);
        timeout.set(LONG, 8, TIMEOUT_MICROS);
        check("SO_RCVTIMEO", setOption(SO_RCVTIMEO, timeout, 16));
        for (int i = 0; i < SLOTS; i++) {
            vectors.set(ValueLayout.ADDRESS, 16L * i, data.asSlice((long) SLOT_BYTES * i, SLOT_BYTES));
            long header = (long) HEADER_BYTES * i;
            headers.set(ValueLayout.ADDRESS, header + IOV, vectors.asSlice(16L * i, 16));
            headers.set(LONG, header + IOV_COUNT, 1);
        }
    }

    /// A socket that receives on `port` at every address, or on one of the kernel's choice for 0.
    static NativeUdp bound(int port) {
        var udp = new NativeUdp();
        MemorySegment any = udp.arena.allocate(SOCKADDR_BYTES, 8);
        any.set(ValueLayout.JAVA_SHORT, 0, (short) AF_INET);
        any.set(PORT, 2, (short) port);
        check("bind", udp.attach(BIND, any));
        return udp;
    }

    /// A socket whose datagrams go to one place.
    static NativeUdp connected(Inet4Address address, int port) {
        var udp = new NativeUdp();
        MemorySegment to = udp.arena.allocate(SOCKADDR_BYTES, 8);
        to.set(ValueLayout.JAVA_SHORT, 0, (short) AF_INET);
        to.set(PORT, 2, (short) port);
        MemorySegment.copy(address.getAddress(), 0, to, ValueLayout.JAVA_BYTE, 4, 4);
        check("connect", udp.attach(CONNECT, to));
        return udp;
    }

    /// The bytes of all slots: slot `i` begins at `i * SLOT_BYTES`.
    MemorySegment data() {
        return data;
    }

    /// Sends the first `bytes` bytes of slots 0 to `count` - 1; returns how many went, 0 when the kernel had no room.
    int send(int count, int bytes) {
        for (int i = 0; i < count; i++) {
            vectors.set(LONG, 16L * i + 8, bytes);
            headers.set(ValueLayout.ADDRESS, (long) HEADER_BYTES * i + NAME, MemorySegment.NULL);
            headers.set(INT, (long) HEADER_BYTES * i + NAME_BYTES, 0);
        }
        return Math.max(0, sendMany(headers, count));
    }

    /// Fills slots from 0 on and returns how many; 0 when nothing came for a fifth of a second.
    int receive() {
        for (int i = 0; i < SLOTS; i++) {
            vectors.set(LONG, 16L * i + 8, SLOT_BYTES);
            headers.set(
                    ValueLayout.ADDRESS,
                    (long) HEADER_BYTES * i + NAME,
                    names.asSlice((long) SOCKADDR_BYTES * i, SOCKADDR_BYTES));
            headers.set(INT, (long) HEADER_BYTES * i + NAME_BYTES, SOCKADDR_BYTES);
        }
        int received = receiveMany();
        if (received < 0) {
            int errno = (int) ERRNO.get(state, 0L);
            if (errno != EAGAIN && errno != EINTR && errno != ECONNREFUSED) {
                throw new IllegalStateException("recvmmsg: errno " + errno);
            }
        }
        return Math.max(0, received);
    }

    /// The length of the datagram in slot `index` after [#receive].
    int length(int index) {
        return headers.get(INT, (long) HEADER_BYTES * index + RESULT_BYTES);
    }

    /// Sends the first `bytes` bytes of slot `index` back to where that slot's datagram came from.
    void reply(int index, int bytes) {
        vectors.set(LONG, 16L * index + 8, bytes);
        sendMany(headers.asSlice((long) HEADER_BYTES * index, HEADER_BYTES), 1);
    }

    @Override
    public void close() {
        try {
            int result = (int) CLOSE.invokeExact(state, socket);
            check("close", result);
        } catch (Throwable e) {
            throw unexpected(e);
        } finally {
            arena.close();
        }
    }

    private void option(int name, int value) {
        MemorySegment four = arena.allocate(INT);
        four.set(INT, 0, value);
        check("socket option " + name, setOption(name, four, 4));
    }

    private static int check(String what, int result) {
        if (result < 0) {
            throw new IllegalStateException(what + " failed; the load generators need root");
        }
        return result;
    }

    private static MethodHandle function(String name, FunctionDescriptor type) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name), type, Linker.Option.captureCallState("errno"));
    }

    private int openSocket() {
        try {
            return (int) SOCKET.invokeExact(state, AF_INET, SOCK_DGRAM, 0);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private int setOption(int name, MemorySegment value, int bytes) {
        try {
            return (int) SETSOCKOPT.invokeExact(state, socket, SOL_SOCKET, name, value, bytes);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /// bind or connect.
    private int attach(MethodHandle function, MemorySegment address) {
        try {
            return (int) function.invokeExact(state, socket, address, SOCKADDR_BYTES);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private int sendMany(MemorySegment first, int count) {
        try {
            return (int) SENDMMSG.invokeExact(state, socket, first, count, 0);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private int receiveMany() {
        try {
            return (int) RECVMMSG.invokeExact(state, socket, headers, SLOTS, MSG_WAITFORONE, MemorySegment.NULL);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static IllegalStateException unexpected(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return new IllegalStateException("a downcall threw", e);
    }
}
