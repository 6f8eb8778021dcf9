package dev.sekisho.bench.load;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/// Sends datagrams of one size at a paced rate, or as fast as it can, and asks the [UdpReceiver] what came of them.
final class UdpSender implements AutoCloseable {
    /// Bounds and steps of the search for the highest rate: each step halves the interval on a log scale.
    private static final double LOWEST_RATE = 10_000;

    private static final double HIGHEST_RATE = 1_200_000;
    private static final int STEPS = 7;
    private static final double NARROW = 1.04;
    private static final double TOLERATED_LOSS = 0.005;

    private static final int BATCH = 32;
    private static final long PAUSE_NANOS = 200_000;
    private static final int QUESTIONS = 50;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

    private final NativeUdp udp;
    private final int bytes;
    private long run = System.nanoTime();

    /// @param bytes of one datagram's payload, at least [UdpReceiver#HEAD_BYTES]
    UdpSender(String address, int port, int bytes) throws IOException {
        this.udp = NativeUdp.connected((Inet4Address) Inet4Address.getByName(address), port);
        this.bytes = Math.max(bytes, UdpReceiver.HEAD_BYTES);
    }

    /// What one run gave; rates in datagrams a second.
    record Result(double offeredRate, double deliveredRate, double loss, long received, long reordered) {
        void print(PrintStream report) {
            report.println(String.format(
                    Locale.ROOT,
                    "{\"offered\":%.0f,\"rate\":%.0f,\"loss\":%.5f,\"received\":%d,\"reordered\":%d}",
                    offeredRate,
                    deliveredRate,
                    loss,
                    received,
                    reordered));
        }
    }

    /// The highest rate of which at most 0.5 % are lost, by bisection; a result of zeros when none is low enough.
    Result search(double secondsEach) {
        run(0, Math.min(1, secondsEach));
        double low = LOWEST_RATE;
        double high = HIGHEST_RATE;
        var best = new Result(0, 0, 1, 0, 0);
        for (int step = 0; step < STEPS && high / low > NARROW; step++) {
            double middle = Math.sqrt(low * high);
            Result result = run(middle, secondsEach);
            if (result.loss() > TOLERATED_LOSS) {
                // A hiccup of the machine early on would cost half of the interval: every rate gets a second chance.
                result = run(middle, secondsEach);
            }
            if (result.loss() <= TOLERATED_LOSS) {
                low = middle;
                best = result;
            } else {
                high = middle;
            }
        }
        return best;
    }

    /// @param rate datagrams a second; 0 = as fast as it goes
    Result run(double rate, double seconds) {
        run++;
        long startNanos = System.nanoTime();
        long lengthNanos = (long) (seconds * 1e9);
        long sent = 0;
        long elapsedNanos = 0;
        while (elapsedNanos < lengthNanos) {
            long due = rate > 0 ? (long) (elapsedNanos * 1e-9 * rate) : sent + BATCH;
            if (due <= sent) {
                LockSupport.parkNanos(PAUSE_NANOS);
            } else {
                int count = (int) Math.min(BATCH, due - sent);
                number(sent, count);
                // What the kernel has no room for counts as offered and lost.
                sent += Math.max(1, udp.send(count, bytes));
            }
            elapsedNanos = System.nanoTime() - startNanos;
        }
        return ask(sent, elapsedNanos * 1e-9);
    }

    private void number(long first, int count) {
        MemorySegment data = udp.data();
        for (int i = 0; i < count; i++) {
            data.set(LONG, (long) i * NativeUdp.SLOT_BYTES, run);
            data.set(LONG, (long) i * NativeUdp.SLOT_BYTES + 8, first + i);
        }
    }

    /// Asks until an answer to this run comes; queues on the way are empty by then, since the question waits in them
    /// too.
    private Result ask(long sent, double seconds) {
        MemorySegment data = udp.data();
        for (int i = 0; i < QUESTIONS; i++) {
            number(UdpReceiver.QUESTION, 1);
            udp.send(1, bytes);
            int answers = udp.receive();
            for (int slot = 0; slot < answers; slot++) {
                long at = (long) slot * NativeUdp.SLOT_BYTES;
                if (data.get(LONG, at) == run) {
                    return result(sent, seconds, data.get(LONG, at + 8), data.get(LONG, at + 16));
                }
            }
        }
        throw new IllegalStateException("the receiver does not answer");
    }

    private static Result result(long sent, double seconds, long received, long reordered) {
        return new Result(
                sent / seconds, received / seconds, 1 - (double) received / Math.max(1, sent), received, reordered);
    }

    @Override
    public void close() {
        udp.close();
    }
}
