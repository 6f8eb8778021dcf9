package dev.sekisho.tun.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.tun.Poller;
import dev.sekisho.tun.ReceiveBatch;
import dev.sekisho.tun.SendBatch;
import dev.sekisho.tun.UdpOptions;
import dev.sekisho.tun.UdpSocket;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Sends and receives whole messages over [UdpSocket]s.
final class UdpFixture {
    static final InetAddress V4 = InetAddress.ofLiteral("127.0.0.1");
    static final InetAddress V6 = InetAddress.ofLiteral("::1");

    private static final long PATIENCE_NANOS = 10_000_000_000L;

    private UdpFixture() {}

    /// What was received as one message.
    record Received(
            ByteBuffer payload, int segmentBytes, InetAddress remote, int port, InetAddress local, int interfaceIndex) {
        byte[] bytes() {
            byte[] bytes = new byte[payload.limit()];
            payload.get(0, bytes);
            return bytes;
        }

        private static Received of(ReceiveBatch batch, int i) {
            byte[] bytes =
                    batch.memory().asSlice(batch.offset(i), batch.length(i)).toArray(ValueLayout.JAVA_BYTE);
            return new Received(
                    ByteBuffer.wrap(bytes),
                    batch.segmentBytes(i),
                    address(batch.addressHigh(i), batch.addressLow(i)),
                    batch.port(i),
                    address(batch.localHigh(i), batch.localLow(i)),
                    batch.interfaceIndex(i));
        }
    }

    static UdpSocket open() {
        return new LinuxPlatform().openUdp(new UdpOptions(0, false, 4 << 20, 4 << 20, 0));
    }

    static byte[] random(int bytes, long seed) {
        byte[] made = new byte[bytes];
        new Random(seed).nextBytes(made);
        return made;
    }

    static InetAddress address(long high, long low) {
        try {
            return InetAddress.getByAddress(
                    ByteBuffer.allocate(16).putLong(high).putLong(low).array());
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /// First and last eight bytes.
    static long[] longs(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return bytes.remaining() == 4
                ? new long[] {0, 0x0000_ffff_0000_0000L | Integer.toUnsignedLong(bytes.getInt())}
                : new long[] {bytes.getLong(), bytes.getLong()};
    }

    static void add(SendBatch batch, InetAddress to, int port, InetAddress source, byte[] bytes, int segmentBytes) {
        MemorySegment memory = Arena.ofAuto().allocate(bytes.length);
        memory.copyFrom(MemorySegment.ofArray(bytes));
        long[] a = longs(to);
        long[] s = longs(source);
        batch.add(a[0], a[1], port, 0, s[0], s[1], 0, memory, 0, bytes.length, segmentBytes);
    }

    /// Stands for "no source".
    static InetAddress any() {
        return InetAddress.ofLiteral("::");
    }

    static int send(UdpSocket socket, InetAddress to, int port, byte[] bytes, int segmentBytes) {
        SendBatch batch = new SendBatch(1);
        add(batch, to, port, any(), bytes, segmentBytes);
        int refused = socket.send(batch);
        assertThat(batch.count()).isZero();
        return refused;
    }

    /// Receives messages until they hold `bytes` bytes.
    static List<Received> receive(UdpSocket socket, int bytes) {
        ReceiveBatch batch = new ReceiveBatch(8, 65_535);
        List<Received> received = new ArrayList<>();
        int total = 0;
        try (Poller poller = new Epoll()) {
            poller.add(socket);
            while (total < bytes) {
                int count = socket.receive(batch);
                if (count == 0) {
                    poller.await(PATIENCE_NANOS);
                    count = socket.receive(batch);
                }
                assertThat(count).as("after %d of %d bytes", total, bytes).isPositive();
                for (int i = 0; i < count; i++) {
                    received.add(Received.of(batch, i));
                    total += batch.length(i);
                }
            }
        }
        return received;
    }

    static byte[] joined(List<Received> received) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        received.forEach(one -> out.writeBytes(one.bytes()));
        return out.toByteArray();
    }
}
