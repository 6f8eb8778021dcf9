package dev.sekisho.it.traffic;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.BitSet;
import java.util.SplittableRandom;

/// Datagrams of given sizes to an echo server and back, each checked byte for byte. A datagram is 8 bytes of number and
/// then bytes made from the number.
final class UdpExchange {
    static final int LEAST_BYTES = 8;
    private static final int MOST_BYTES = 65_507;
    private static final int BUFFER_BYTES = 4 << 20;
    /// How long the last echoes may take after the last datagram went out.
    private static final long PATIENCE_MILLIS = 3_000;

    private final DatagramChannel channel;
    private final ByteBuffer in = ByteBuffer.allocateDirect(MOST_BYTES);
    private final BitSet echoed = new BitSet();
    private int wrong;

    private UdpExchange(DatagramChannel channel) {
        this.channel = channel;
    }

    /// Echoes until the process is ended. Prints `ready` when datagrams may come.
    static void serve(String address, int port, PrintStream report) throws IOException {
        try (var channel = DatagramChannel.open()) {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER_BYTES);
            channel.bind(new InetSocketAddress(address, port));
            report.println("ready");
            ByteBuffer buffer = ByteBuffer.allocateDirect(MOST_BYTES);
            while (true) {
                var from = channel.receive(buffer.clear());
                channel.send(buffer.flip(), from);
            }
        }
    }

    /// Sends datagrams, the sizes in turn, never more than a window without an echo; gives up when one stays away.
    /// Prints `sent N echoed N wrong N first missing N`.
    ///
    /// @return whether all came back and none was changed
    static boolean exchange(InetSocketAddress server, int[] sizes, Pace pace, PrintStream report) throws IOException {
        try (var channel = DatagramChannel.open();
                var selector = Selector.open()) {
            channel.connect(server);
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            var exchange = new UdpExchange(channel);
            int sent = 0;
            boolean patient = true;
            while (sent < pace.count() && patient) {
                channel.write(datagram(sent, Math.max(LEAST_BYTES, sizes[sent % sizes.length])));
                sent++;
                patient = exchange.awaitEchoes(selector, sent - pace.window(), pace);
            }
            boolean complete = patient && exchange.awaitEchoes(selector, pace.count(), pace);
            report.println("sent " + sent + " echoed " + exchange.echoed.cardinality() + " wrong " + exchange.wrong
                    + " first missing " + exchange.echoed.nextClearBit(0));
            return complete && exchange.wrong == 0;
        }
    }

    /// @param count how many datagrams
    /// @param window how many may be unanswered
    /// @param pauseMillis between two of them
    record Pace(int count, int window, long pauseMillis) {}

    /// Waits until `wanted` echoes are back; false when patience ended first.
    private boolean awaitEchoes(Selector selector, int wanted, Pace pace) throws IOException {
        if (pace.pauseMillis() > 0) {
            selector.select(_ -> {}, pace.pauseMillis());
        }
        drain();
        long deadlineNanos = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
        while (echoed.cardinality() < wanted && System.nanoTime() < deadlineNanos) {
            selector.select(_ -> {}, 50);
            drain();
        }
        return echoed.cardinality() >= wanted;
    }

    private void drain() throws IOException {
        while (channel.read(in.clear()) > 0) {
            in.flip();
            int number = (int) in.getLong(0);
            if (in.remaining() < LEAST_BYTES || in.mismatch(datagram(number, in.remaining())) >= 0) {
                wrong++;
            } else {
                echoed.set(number);
            }
        }
    }

    private static ByteBuffer datagram(int number, int size) {
        byte[] bytes = new byte[size];
        new SplittableRandom(number).nextBytes(bytes);
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        buffer.putLong(0, number);
        return buffer;
    }
}
