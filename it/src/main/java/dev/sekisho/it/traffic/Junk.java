package dev.sekisho.it.traffic;

import dev.sekisho.it.wire.InitiationFactory;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.DatagramChannel;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/// What a port scanner or a vandal sends to a WireGuard port: every kind of datagram that is not a right message.
final class Junk {
    /// Lengths of the four message types: initiation, response, cookie reply, empty transport message.
    private static final int[] MESSAGE_BYTES = {148, 92, 64, 32};
    /// Above the MTU on purpose: arrives in fragments.
    private static final int OVERSIZED_BYTES = 9_000;
    private static final int PER_PAUSE = 16;

    private final SplittableRandom dice;
    private final InitiationFactory initiations;

    private Junk(long seed, String publicKey) {
        dice = new SplittableRandom(seed);
        initiations = new InitiationFactory(publicKey);
    }

    /// Sends `count` datagrams at about `perSecond` and prints `junk COUNT seed SEED`.
    static void send(InetSocketAddress target, String publicKey, int count, int perSecond, PrintStream report)
            throws IOException {
        long seed = System.nanoTime();
        var junk = new Junk(seed, publicKey);
        try (var channel = DatagramChannel.open()) {
            // Not connected: answers and ICMP errors are of no interest.
            for (int i = 0; i < count; i++) {
                channel.send(ByteBuffer.wrap(junk.next()), target);
                if (i % PER_PAUSE == 0) {
                    LockSupport.parkNanos(PER_PAUSE * 1_000_000_000L / perSecond);
                }
            }
        }
        report.println("junk " + count + " seed " + seed);
    }

    private byte[] next() {
        return switch (dice.nextInt(9)) {
            case 0 -> random(dice.nextInt(1_473));
            case 1 -> typed(message());
            case 2 -> typed(Math.max(0, message() - 1 - dice.nextInt(8)));
            case 3 -> typed(message() + 1 + dice.nextInt(64));
            case 4 -> reservedBitsSet();
            case 5 -> typed(dice.nextInt(4));
            case 6 -> random(OVERSIZED_BYTES);
            case 7 -> initiations.createForged(new Random(dice.nextLong()));
            default -> transport(16 * dice.nextInt(2, 90));
        };
    }

    private int message() {
        return MESSAGE_BYTES[dice.nextInt(MESSAGE_BYTES.length)];
    }

    private byte[] random(int bytes) {
        byte[] datagram = new byte[bytes];
        dice.nextBytes(datagram);
        return datagram;
    }

    /// Random content behind a type from 0 to 5, so that known and unknown ones meet right and wrong lengths.
    private byte[] typed(int bytes) {
        byte[] datagram = random(bytes);
        for (int i = 0; i < Math.min(4, bytes); i++) {
            datagram[i] = 0;
        }
        if (bytes > 0) {
            datagram[0] = (byte) dice.nextInt(6);
        }
        return datagram;
    }

    private byte[] reservedBitsSet() {
        byte[] datagram = typed(message());
        datagram[1 + dice.nextInt(3)] = (byte) (1 + dice.nextInt(255));
        return datagram;
    }

    /// A transport message to some index, with a counter near the top now and then.
    private byte[] transport(int bytes) {
        byte[] datagram = random(bytes);
        ByteBuffer view = ByteBuffer.wrap(datagram).order(ByteOrder.LITTLE_ENDIAN);
        view.putInt(0, 4);
        if (dice.nextBoolean()) {
            view.putLong(8, -1 - dice.nextLong(0x10000));
        }
        return datagram;
    }
}
