package dev.sekisho.tun.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.tun.Links;
import dev.sekisho.tun.Rule;
import dev.sekisho.tun.TunDevice;
import dev.sekisho.tun.TunQueue;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.opentest4j.AssertionFailedError;

/// What the hand-off of flows to local listeners relies on: a packet written unmodified into a TUN device reaches a
/// transparent socket, which answers with the original destination as its own address. Under the strict reverse path
/// filter, the hardest setting of a host.
@InNamespace
class HandOffTest {
    private static final int TABLE = 0x8000_5a5a;
    private static final int PRIORITY = 518;
    private static final int PORT = 5432;
    private static final int SYN = 0x02;
    private static final int SYN_ACK = 0x12;
    private static final int TCP = 6;

    /// Offset of the flags in the TCP header.
    private static final int FLAGS = 13;

    private static final int FRAME_BYTES = 2000;
    private static final long GIVES_UP_NANOS = 5_000_000_000L;

    private static final int STREAM_CLOEXEC = 1 | 0x80000;
    private static final int SOL_IP = 0;
    private static final int IP_TRANSPARENT = 19;
    private static final int SOL_IPV6 = 41;
    private static final int IPV6_TRANSPARENT = 75;
    private static final int SOL_SOCKET = 1;
    private static final int SO_BINDTOIFINDEX = 62;
    private static final MethodHandle LISTEN = listenHandle();

    private final LinuxPlatform platform = new LinuxPlatform();
    private final Links links = platform.links();
    private final MemorySegment frame = Arena.ofAuto().allocate(FRAME_BYTES);

    /// A listener bound to the hand-off device, which nobody reaches from elsewhere, answers through that device; an
    /// unbound one by the route to the client.
    @ParameterizedTest
    @CsvSource({
        "10.66.0.2, 10.9.9.9, true, sktsth",
        "10.66.0.2, 10.9.9.9, false, sktst0",
        "fd00:66::2, 2001:db8:9::9, true, sktsth",
        "fd00:66::2, 2001:db8:9::9, false, sktst0"
    })
    void aTransparentListenerAnswersInTheNameOfTheDestination(
            String client, String destination, boolean bound, String answersOn) throws Throwable {
        try (TunDevice tunnel = platform.openTun("sktst0", 1, 1420);
                TunDevice handOff = platform.openTun("sktsth", 1, 1420);
                Epoll poller = new Epoll()) {
            poller.add(tunnel.queue(0));
            poller.add(handOff.queue(0));
            prepare(tunnel.interfaceIndex(), handOff.interfaceIndex());
            byte[] from = InetAddress.ofLiteral(client).getAddress();
            byte[] to = InetAddress.ofLiteral(destination).getAddress();
            MemorySegment capture = Libc.capture(Arena.ofAuto());
            int listener = listen(capture, from.length == 4, bound ? handOff.interfaceIndex() : 0);

            write(handOff.queue(0), packet(from, to, segment(from, to)));

            TunDevice answering = answersOn.equals("sktsth") ? handOff : tunnel;
            byte[] answer = awaitTcp(answering, poller);
            boolean v4 = from.length == 4;
            int source = v4 ? 12 : 8;
            assertThat(Arrays.copyOfRange(answer, source, source + to.length)).isEqualTo(to);
            assertThat(Arrays.copyOfRange(answer, source + to.length, source + 2 * to.length))
                    .isEqualTo(from);
            assertThat(answer[(v4 ? 20 : 40) + FLAGS]).isEqualTo((byte) SYN_ACK);
            Libc.close(capture, listener);
        }
    }

    private void prepare(int tunnel, int handOff) throws Exception {
        Files.writeString(Path.of("/proc/sys/net/ipv4/conf/all/rp_filter"), "1\n");
        Files.writeString(Path.of("/proc/sys/net/ipv4/conf/sktsth/rp_filter"), "2\n");
        links.addAddress(tunnel, InetAddress.ofLiteral("10.66.0.1"), 24);
        links.addAddress(tunnel, InetAddress.ofLiteral("fd00:66::1"), 64);
        links.addAddress(handOff, InetAddress.ofLiteral("192.0.0.8"), 32);
        links.up(tunnel);
        links.up(handOff);
        NamespaceExtension.awaitLocal("fd00:66::1");
        for (boolean v4 : new boolean[] {true, false}) {
            links.addLocalRoute(InetAddress.ofLiteral(v4 ? "0.0.0.0" : "::"), 0, TABLE);
            links.addRule(Rule.incoming(v4, "sktsth", TABLE, PRIORITY));
            links.addRoute(InetAddress.ofLiteral(v4 ? "0.0.0.0" : "::"), 0, handOff, TABLE + 1);
            links.addRule(Rule.outgoing(v4, "sktsth", TABLE + 1, PRIORITY));
        }
    }

    /// @param boundTo interface index, 0 = none
    private static int listen(MemorySegment capture, boolean v4, int boundTo) throws Throwable {
        int family = v4 ? SocketAddress.AF_INET : SocketAddress.AF_INET6;
        int fd = Libc.socket(capture, family, STREAM_CLOEXEC, 0);
        assertThat(fd).isPositive();
        int level = v4 ? SOL_IP : SOL_IPV6;
        assertThat(Libc.setsockopt(capture, fd, level, v4 ? IP_TRANSPARENT : IPV6_TRANSPARENT, 1))
                .isZero();
        if (boundTo != 0) {
            assertThat(Libc.setsockopt(capture, fd, SOL_SOCKET, SO_BINDTOIFINDEX, boundTo))
                    .isZero();
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment any = arena.allocate(SocketAddress.BYTES);
            if (v4) {
                SocketAddress.putV4(any, 0, 0, PORT);
            } else {
                SocketAddress.put(any, 0, 0, 0, PORT, 0);
            }
            assertThat(Libc.bind(capture, fd, any.address(), v4 ? SocketAddress.V4_BYTES : SocketAddress.BYTES))
                    .isZero();
        }
        assertThat((int) LISTEN.invokeExact(fd, 4)).isZero();
        return fd;
    }

    /// A SYN from port 40000 with a right checksum.
    private static byte[] segment(byte[] from, byte[] to) {
        ByteBuffer pseudo = ByteBuffer.allocate(from.length * 2 + 4 + 20);
        pseudo.put(from).put(to).putShort((short) TCP).putShort((short) 20);
        int start = pseudo.position();
        pseudo.putShort((short) 40_000).putShort((short) PORT).putInt(1).putInt(0);
        pseudo.put((byte) 0x50).put((byte) SYN).putShort((short) 0xffff);
        pseudo.putShort(start + 16, checksum(pseudo.array()));
        byte[] segment = new byte[20];
        pseudo.get(start, segment);
        return segment;
    }

    private static byte[] packet(byte[] from, byte[] to, byte[] segment) {
        boolean v4 = from.length == 4;
        ByteBuffer header = ByteBuffer.allocate(v4 ? 20 : 40);
        if (v4) {
            header.put((byte) 0x45).put((byte) 0).putShort((short) (20 + segment.length));
            header.putInt(0).put((byte) 64).put((byte) TCP).putShort((short) 0);
        } else {
            header.putInt(0x6000_0000).putShort((short) segment.length);
            header.put((byte) TCP).put((byte) 64);
        }
        header.put(from).put(to);
        if (v4) {
            header.putShort(10, checksum(header.array()));
        }
        return ByteBuffer.allocate(header.capacity() + segment.length)
                .put(header.array())
                .put(segment)
                .array();
    }

    /// Source: RFC 1071.
    private static short checksum(byte[] bytes) {
        ByteBuffer words = ByteBuffer.wrap(bytes);
        int sum = 0;
        while (words.remaining() >= Short.BYTES) {
            sum += words.getShort() & 0xffff;
        }
        sum = (sum & 0xffff) + (sum >>> 16);
        return (short) ~((sum & 0xffff) + (sum >>> 16));
    }

    private void write(TunQueue queue, byte[] packet) {
        frame.asSlice(0, TunQueue.HEADER_BYTES).fill((byte) 0);
        MemorySegment.copy(packet, 0, frame, JAVA_BYTE, TunQueue.HEADER_BYTES, packet.length);
        int length = TunQueue.HEADER_BYTES + packet.length;
        assertThat(queue.write(frame, 0, length)).isEqualTo(length);
    }

    /// The next TCP packet that the device reads; the kernel's own messages in between don't count.
    private byte[] awaitTcp(TunDevice device, Epoll poller) {
        long givesUp = System.nanoTime() + GIVES_UP_NANOS;
        while (System.nanoTime() - givesUp < 0) {
            int length = device.queue(0).read(frame, 0, FRAME_BYTES);
            if (length <= TunQueue.HEADER_BYTES) {
                poller.await(GIVES_UP_NANOS);
                continue;
            }
            byte[] packet = frame.asSlice(TunQueue.HEADER_BYTES, length - TunQueue.HEADER_BYTES)
                    .toArray(JAVA_BYTE);
            if (packet[packet[0] >> 4 == 4 ? 9 : 6] == TCP) {
                return packet;
            }
        }
        throw new AssertionFailedError("no TCP packet came out of " + device.name());
    }

    @SuppressWarnings("restricted")
    private static MethodHandle listenHandle() {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().find("listen").orElseThrow(),
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    }
}
