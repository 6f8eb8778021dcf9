package dev.sekisho.bench.tun;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import dev.sekisho.tun.Links;
import dev.sekisho.tun.Platform;
import dev.sekisho.tun.SendBatch;
import dev.sekisho.tun.TunDevice;
import dev.sekisho.tun.TunQueue;
import dev.sekisho.tun.UdpOptions;
import dev.sekisho.tun.UdpSocket;
import dev.sekisho.tun.linux.LinuxPlatform;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.DatagramChannel;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// What one system call of the packet path costs by which road: foreign functions (the bare call, and our
/// ports over it), JNA (direct and interface mapping) and NIO. NIO has no `ioctl`, so it cannot open a TUN
/// device at all. UDP goes over loopback into a socket whose full buffer throws it away; TUN writes are
/// packets the kernel drops in its IP layer.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class NativeCallBenchmark {
    private static final int WRITE_ONLY = 1;
    private static final int PACKET_BYTES = 1420;
    private static final int DATAGRAM_BYTES = 1452;
    private static final int TRAIN_DATAGRAMS = 44;
    private static final int BATCH_TRAINS = 4;
    private static final int AF_INET = 2;
    private static final int DATAGRAM = 2;

    /// `/dev/null`: the call and nothing else.
    @State(Scope.Thread)
    public static class NullFile {
        private final MemorySegment bytes = Arena.global().allocate(PACKET_BYTES, 64);
        private final Pointer pointer = new Pointer(bytes.address());
        private final ByteBuffer buffer = bytes.asByteBuffer();
        private final ForeignLibc foreign = new ForeignLibc();
        private int fd;
        private final FileChannel channel = open();

        private static FileChannel open() {
            try {
                return FileChannel.open(Path.of("/dev/null"), StandardOpenOption.WRITE);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        @Setup
        public void prepare() {
            fd = JnaLibc.open("/dev/null", WRITE_ONLY);
        }

        @TearDown
        public void close() throws IOException {
            JnaLibc.close(fd);
            channel.close();
        }
    }

    @Benchmark
    public long writeForeign(NullFile file) {
        return file.foreign.write(file.fd, file.bytes, PACKET_BYTES);
    }

    @Benchmark
    public long writeJnaDirect(NullFile file) {
        return JnaLibc.write(file.fd, file.pointer, PACKET_BYTES);
    }

    @Benchmark
    public long writeJnaMapped(NullFile file) {
        return JnaLibc.MAPPED.write(file.fd, file.pointer, PACKET_BYTES);
    }

    @Benchmark
    public int writeNio(NullFile file) throws IOException {
        return file.channel.write(file.buffer.clear());
    }

    /// A UDP socket on loopback that nobody reads, and senders by every road.
    @State(Scope.Thread)
    public static class Udp {
        private final MemorySegment bytes = Arena.global().allocate(DATAGRAM_BYTES * TRAIN_DATAGRAMS, 64);
        private final Pointer pointer = new Pointer(bytes.address());
        private final ByteBuffer buffer = bytes.asSlice(0, DATAGRAM_BYTES).asByteBuffer();
        private final MemorySegment address = Arena.global().allocate(16);
        private final Pointer addressPointer = new Pointer(address.address());
        private final ForeignLibc foreign = new ForeignLibc();
        private final SendBatch batch = new SendBatch(BATCH_TRAINS);
        private final UdpSocket target = new LinuxPlatform().openUdp(UdpOptions.port(0));
        private final UdpSocket socket = new LinuxPlatform().openUdp(UdpOptions.port(0));
        private final SocketAddress nioTarget =
                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), target.port());
        private final DatagramChannel channel = open();
        private int fd;

        private static DatagramChannel open() {
            try {
                return DatagramChannel.open();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        @Setup
        public void prepare() {
            fd = JnaLibc.socket(AF_INET, DATAGRAM, 0);
            address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_INET);
            address.set(ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN), 2, (short) target.port());
            address.set(ValueLayout.JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN), 4, 0x7f000001);
        }

        void add(int totalBytes) {
            batch.add(0, 0xffff_7f00_0001L, target.port(), 0, 0, 0, 0, bytes, 0, totalBytes, DATAGRAM_BYTES);
        }

        @TearDown
        public void close() throws IOException {
            JnaLibc.close(fd);
            channel.close();
            socket.close();
            target.close();
        }
    }

    @Benchmark
    public long sendForeign(Udp udp) {
        return udp.foreign.sendTo(udp.fd, udp.bytes, DATAGRAM_BYTES, udp.address);
    }

    /// Our port, one datagram per call.
    @Benchmark
    public int sendPort(Udp udp) {
        udp.add(DATAGRAM_BYTES);
        return udp.socket.send(udp.batch);
    }

    /// Our port as the tunnel uses it, four trains of 44 datagrams per call; the figure is per datagram.
    @Benchmark
    @OperationsPerInvocation(BATCH_TRAINS * TRAIN_DATAGRAMS)
    public int sendPortTrains(Udp udp) {
        for (int i = 0; i < BATCH_TRAINS; i++) {
            udp.add(TRAIN_DATAGRAMS * DATAGRAM_BYTES);
        }
        return udp.socket.send(udp.batch);
    }

    @Benchmark
    public long sendJnaDirect(Udp udp) {
        return JnaLibc.sendto(udp.fd, udp.pointer, DATAGRAM_BYTES, 0, udp.addressPointer, 16);
    }

    @Benchmark
    public long sendJnaMapped(Udp udp) {
        return JnaLibc.MAPPED.sendto(udp.fd, udp.pointer, DATAGRAM_BYTES, 0, udp.addressPointer, 16);
    }

    @Benchmark
    public int sendNio(Udp udp) throws IOException {
        return udp.channel.send(udp.buffer.clear(), udp.nioTarget);
    }

    /// Two TUN devices in a namespace of this thread's own: one by our port, one opened and written by JNA.
    @State(Scope.Thread)
    public static class Tun {
        private static final long TUNSETIFF = 0x400454caL;
        private static final short TUN_WITHOUT_PREFIX_BUT_HEADER = 0x1 | 0x1000 | 0x4000;
        private static final int READ_WRITE_NONBLOCK = 0x2 | 0x800;
        private static final int FRAME_BYTES = TunQueue.HEADER_BYTES + PACKET_BYTES;

        private final MemorySegment frame = Arena.global().allocate(FRAME_BYTES, 64);
        private final Pointer pointer = new Pointer(frame.address());
        private final ForeignLibc foreign = new ForeignLibc();
        private final Platform platform = new LinuxPlatform();
        private final TunDevice device = open();
        private final TunQueue queue = device.queue(0);
        private int fd;

        private TunDevice open() {
            foreign.enterNamespace();
            return platform.openTun("sktst0", 1, PACKET_BYTES);
        }

        @Setup
        public void prepare() {
            fd = JnaLibc.open("/dev/net/tun", READ_WRITE_NONBLOCK);
            try (Memory request = new Memory(40)) {
                request.clear();
                request.setString(0, "sktst1");
                request.setShort(16, TUN_WITHOUT_PREFIX_BUT_HEADER);
                if (JnaLibc.ioctl(fd, TUNSETIFF, request) != 0) {
                    throw new IllegalStateException("no TUN device by JNA");
                }
            }
            for (String name : new String[] {device.name(), "sktst1"}) {
                Links links = platform.links();
                links.addAddress(links.index(name), InetAddress.ofLiteral("198.18.0.1"), 32);
                links.up(links.index(name));
            }
            frame.set(ValueLayout.JAVA_BYTE, TunQueue.HEADER_BYTES, (byte) 0x45);
        }

        @TearDown
        public void close() {
            JnaLibc.close(fd);
            device.close();
        }
    }

    @Benchmark
    public int tunPort(Tun tun) {
        return tun.queue.write(tun.frame, 0, Tun.FRAME_BYTES);
    }

    @Benchmark
    public long tunForeign(Tun tun) {
        return tun.foreign.write(tun.fd, tun.frame, Tun.FRAME_BYTES);
    }

    @Benchmark
    public long tunJnaDirect(Tun tun) {
        return JnaLibc.write(tun.fd, tun.pointer, Tun.FRAME_BYTES);
    }

    @Benchmark
    public long tunJnaMapped(Tun tun) {
        return JnaLibc.MAPPED.write(tun.fd, tun.pointer, Tun.FRAME_BYTES);
    }
}
