package dev.sekisho.bench.load;

import dev.sekisho.it.lab.Keys;
import dev.sekisho.it.wire.CookieJar;
import dev.sekisho.it.wire.InitiationFactory;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A closed loop of handshakes: a number of initiations is always under way, from one socket (so one port) a peer, and
/// each
/// answer lets the next one go. The initiations are made beforehand, since making one costs as much as answering it.
final class HandshakeLoad {
    private static final int RESPONSE = 2;
    private static final int RESPONSE_BYTES = 92;
    private static final int COOKIE_REPLY = 3;
    private static final long LOST_AFTER_NANOS = 500_000_000;
    private static final int MOST_BYTES = 2_048;

    private final List<DatagramChannel> channels = new ArrayList<>();
    private final byte[][] cookies;
    private final byte[][] initiations;
    private final long[] sentNanos;
    private final CookieJar jar;
    private final ByteBuffer in = ByteBuffer.allocateDirect(MOST_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final List<Double> millis = new ArrayList<>();
    private int next;
    private int oldest;
    private int underWay;
    private int answered;
    private int cookieReplies;
    private int lost;

    private HandshakeLoad(String publicKey, byte[][] initiations, int peers) {
        this.jar = new CookieJar(publicKey);
        this.initiations = initiations;
        this.sentNanos = new long[initiations.length];
        this.cookies = new byte[peers][];
    }

    /// Writes `count` initiations to `file`, the peers in turn, and prints the peers' public keys, one a line.
    static void prepare(String publicKey, int peers, int count, Path file, PrintStream report) throws IOException {
        var factories = ThreadLocal.withInitial(() -> new InitiationFactory(publicKey));
        var initiators = IntStream.range(0, peers)
                .parallel()
                .mapToObj(_ -> {
                    Keys keys = Keys.generate();
                    report.println(keys.publicKey());
                    return factories.get().initiator(keys.privateKey());
                })
                .toList();
        long startNanos = System.currentTimeMillis() * 1_000_000L;
        byte[][] made = IntStream.range(0, count)
                .parallel()
                .mapToObj(i -> factories.get().create(initiators.get(i % peers), i, startNanos + i * 1_000L))
                .toArray(byte[][]::new);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            for (byte[] initiation : made) {
                out.write(initiation);
            }
        }
    }

    /// How hard to push.
    ///
    /// @param peers how many peers the file was made for
    /// @param window initiations under way
    /// @param coldSeconds of the first part, reported apart
    /// @param seconds of the second part
    record Push(int peers, int window, double coldSeconds, double seconds) {}

    /// Runs both parts and prints one JSON object.
    static void run(InetSocketAddress target, String publicKey, Path file, Push push, PrintStream report)
            throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        byte[][] initiations = new byte[bytes.length / InitiationFactory.BYTES][];
        for (int i = 0; i < initiations.length; i++) {
            initiations[i] = Arrays.copyOfRange(bytes, i * InitiationFactory.BYTES, (i + 1) * InitiationFactory.BYTES);
        }
        var load = new HandshakeLoad(publicKey, initiations, push.peers());
        try (Selector selector = Selector.open()) {
            for (int i = 0; i < push.peers(); i++) {
                DatagramChannel channel = DatagramChannel.open().connect(target);
                channel.configureBlocking(false);
                channel.register(selector, SelectionKey.OP_READ, i);
                load.channels.add(channel);
            }
            double coldRate = load.drive(selector, push.window(), push.coldSeconds());
            load.forgetFigures();
            double rate = load.drive(selector, push.window(), push.seconds());
            load.print(coldRate, rate, report);
        } finally {
            for (DatagramChannel channel : load.channels) {
                channel.close();
            }
        }
    }

    /// @return answered initiations a second
    private double drive(Selector selector, int window, double seconds) throws IOException {
        long startNanos = System.nanoTime();
        long endNanos = startNanos + (long) (seconds * 1e9);
        int before = answered;
        while (System.nanoTime() < endNanos && (next < initiations.length || underWay > 0)) {
            while (underWay < window && next < initiations.length) {
                sentNanos[next] = System.nanoTime();
                send(next);
                next++;
                underWay++;
            }
            selector.select(this::receive, 50);
            giveUpOld();
        }
        return (answered - before) / ((System.nanoTime() - startNanos) * 1e-9);
    }

    private void send(int index) throws IOException {
        int peer = index % channels.size();
        byte @Nullable [] cookie = cookies[peer];
        if (cookie != null) {
            CookieJar.stamp(initiations[index], cookie);
        }
        channels.get(peer).write(ByteBuffer.wrap(initiations[index]));
    }

    private void receive(SelectionKey key) {
        int peer = (int) key.attachment();
        try {
            while (channels.get(peer).read(in.clear()) > 0) {
                in.flip();
                answer(peer);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void answer(int peer) throws IOException {
        int type = in.get(0);
        if (type == RESPONSE && in.remaining() == RESPONSE_BYTES) {
            int index = in.getInt(8);
            if (isUnderWay(index)) {
                millis.add((System.nanoTime() - sentNanos[index]) * 1e-6);
                sentNanos[index] = 0;
                underWay--;
                answered++;
            }
        } else if (type == COOKIE_REPLY && in.remaining() == CookieJar.REPLY_BYTES) {
            cookieReplies++;
            int index = in.getInt(4);
            byte[] reply = new byte[CookieJar.REPLY_BYTES];
            in.get(reply);
            byte @Nullable [] cookie = isUnderWay(index) ? jar.open(reply, initiations[index]) : null;
            if (cookie != null) {
                cookies[peer] = cookie;
                send(index);
            }
        }
    }

    private boolean isUnderWay(int index) {
        return index >= 0 && index < next && sentNanos[index] != 0;
    }

    private void giveUpOld() {
        long nowNanos = System.nanoTime();
        while (oldest < next && (sentNanos[oldest] == 0 || nowNanos - sentNanos[oldest] > LOST_AFTER_NANOS)) {
            if (sentNanos[oldest] != 0) {
                sentNanos[oldest] = 0;
                underWay--;
                lost++;
            }
            oldest++;
        }
    }

    private void forgetFigures() {
        millis.clear();
        lost = 0;
        cookieReplies = 0;
        answered = 0;
    }

    private void print(double coldRate, double rate, PrintStream report) {
        double[] sorted = millis.stream().mapToDouble(d -> d).sorted().toArray();
        report.println(String.format(
                Locale.ROOT,
                "{\"rate\":%.0f,\"coldRate\":%.0f,\"answered\":%d,\"lost\":%d,\"cookies\":%d,\"p50\":%.3f,\"p99\":%.3f}",
                rate,
                coldRate,
                answered,
                lost,
                cookieReplies,
                quantile(sorted, 0.5),
                quantile(sorted, 0.99)));
    }

    private static double quantile(double[] sorted, double share) {
        return sorted.length == 0 ? Double.NaN : sorted[(int) Math.min(sorted.length - 1, sorted.length * share)];
    }
}
