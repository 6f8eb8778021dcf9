package dev.sekisho.it.traffic;

import dev.sekisho.it.wire.InitiationFactory;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/// A handshake flood: initiations with a valid mac1 from several source addresses, at a steady rate.
/// They cost the sender a hash and the responder, until it asks for cookies, a Diffie-Hellman each.
final class Flood {
    private static final int PREPARED = 4_096;
    private static final int RESPONSE = 2;
    private static final int COOKIE_REPLY = 3;

    private static final long PAUSE_NANOS = 200_000;

    private Flood() {}

    /// Sends `perSecond` initiations a second for `seconds`. Prints `flooding` when it has begun and `sent N cookies N
    /// responses N` at its
    /// end.
    static void run(InetSocketAddress target, String publicKey, List<String> sources, Rate rate, PrintStream report)
            throws IOException {
        ByteBuffer[] initiations = prepare(publicKey);
        var channels = new ArrayList<DatagramChannel>();
        long sent = 0;
        long[] answers = new long[256];
        try {
            for (String source : sources) {
                channels.add(DatagramChannel.open().bind(new InetSocketAddress(source, 0)));
                channels.getLast().configureBlocking(false);
            }
            ByteBuffer in = ByteBuffer.allocateDirect(2_048);
            report.println("flooding");
            long startNanos = System.nanoTime();
            while (sent < rate.total()) {
                if (System.nanoTime() < startNanos + sent * 1_000_000_000L / rate.perSecond()) {
                    LockSupport.parkNanos(PAUSE_NANOS);
                    continue;
                }
                DatagramChannel channel = channels.get((int) (sent % channels.size()));
                channel.send(initiations[(int) (sent % PREPARED)].rewind(), target);
                sent++;
                while (channel.receive(in.clear()) != null) {
                    answers[in.get(0) & 0xff]++;
                }
            }
        } finally {
            for (DatagramChannel channel : channels) {
                channel.close();
            }
        }
        report.println("sent " + sent + " cookies " + answers[COOKIE_REPLY] + " responses " + answers[RESPONSE]);
    }

    /// How much: `perSecond` for `seconds`.
    record Rate(int perSecond, int seconds) {
        long total() {
            return (long) perSecond * seconds;
        }
    }

    private static ByteBuffer[] prepare(String publicKey) {
        var factory = new InitiationFactory(publicKey);
        var dice = new Random(1);
        ByteBuffer[] initiations = new ByteBuffer[PREPARED];
        for (int i = 0; i < PREPARED; i++) {
            initiations[i] = ByteBuffer.allocateDirect(InitiationFactory.BYTES)
                    .put(factory.createForged(dice))
                    .rewind();
        }
        return initiations;
    }
}
