package dev.sekisho.bench.load;

import java.io.PrintStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Counts the datagrams of one run after another and answers the sender's question for the result.
///
/// ```
///  datagram   0 run number   8 sequence number, or -1 for the question   16 ...
///  answer     0 run number   8 received                                 16 out of order
/// ```
///
/// All numbers are 8 bytes in native order: both ends are on one machine.
final class UdpReceiver {
    static final long QUESTION = -1;
    static final int HEAD_BYTES = 24;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

    private long run;
    private long received;
    private long reordered;
    private long expected;

    /// Serves until the process is ended. Prints `ready` when datagrams may come.
    void serve(int port, PrintStream report) {
        try (NativeUdp udp = NativeUdp.bound(port)) {
            report.println("ready");
            while (true) {
                int count = udp.receive();
                for (int i = 0; i < count; i++) {
                    take(udp, i);
                }
            }
        }
    }

    private void take(NativeUdp udp, int slot) {
        MemorySegment data = udp.data();
        long at = (long) slot * NativeUdp.SLOT_BYTES;
        long number = data.get(LONG, at);
        long sequence = data.get(LONG, at + 8);
        if (number != run) {
            run = number;
            received = 0;
            reordered = 0;
            expected = 0;
        }
        if (sequence == QUESTION) {
            data.set(LONG, at + 8, received);
            data.set(LONG, at + 16, reordered);
            udp.reply(slot, HEAD_BYTES);
            return;
        }
        received++;
        if (sequence < expected) {
            reordered++;
        } else {
            expected = sequence + 1;
        }
    }
}
