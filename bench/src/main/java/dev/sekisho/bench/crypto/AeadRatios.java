package dev.sekisho.bench.crypto;

import dev.sekisho.crypto.Aead;
import dev.sekisho.crypto.ChaCha20Poly1305;
import dev.sekisho.crypto.CryptoWarmup;
import dev.sekisho.crypto.JdkAead;
import dev.sekisho.crypto.SecretKey;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Locale;

/// How many times as fast as OpenSSL and the JDK we are, from short loops that take turns in one JVM; each side
/// keeps its best loop. On a machine that does other work as well this is steadier than one measurement behind
/// the other.
public final class AeadRatios {
    private static final int TURNS = 200;
    private static final long LOOP_BYTES = 400_000;

    /// What a packet costs beyond its bytes, to size the loops.
    private static final int PACKET_OVERHEAD_BYTES = 300;

    private static final int LARGEST = 16_384;

    private final SecretKey key = SecretKey.copyOf(new byte[SecretKey.BYTES], 0);
    private final Aead ours = ChaCha20Poly1305.create();
    private final Aead jdk = new JdkAead();
    private final OpenSsl openSsl = new OpenSsl(new byte[SecretKey.BYTES]);
    private final MemorySegment plain = Arena.global().allocate(LARGEST, 64);
    private final MemorySegment sealed = Arena.global().allocate(LARGEST + Aead.TAG_BYTES, 64);
    private final MemorySegment target = Arena.global().allocate(LARGEST + Aead.TAG_BYTES, 64);
    private long counter;

    private AeadRatios() {}

    /// Takes no arguments.
    public static void main(String[] arguments) {
        System.out.println(CryptoWarmup.run());
        System.out.println(
                "bytes   ours seal, open [ns]   OpenSSL seal, open [ns]   JDK seal [ns]   times OpenSSL   times JDK");
        AeadRatios ratios = new AeadRatios();
        for (int size : new int[] {64, 128, 512, 1420, LARGEST}) {
            ratios.measure(size);
        }
    }

    private void measure(int size) {
        int packets = (int) (LOOP_BYTES / (size + PACKET_OVERHEAD_BYTES));
        MemorySegment tag = sealed.asSlice(size);
        ours.seal(key, 0, plain, 0, size, sealed, 0);
        double[] best = {Double.MAX_VALUE, Double.MAX_VALUE, Double.MAX_VALUE, Double.MAX_VALUE, Double.MAX_VALUE};
        for (int turn = 0; turn < TURNS; turn++) {
            for (int side = 0; side < best.length; side++) {
                long start = System.nanoTime();
                for (int i = 0; i < packets; i++) {
                    switch (side) {
                        case 0 -> ours.seal(key, counter++, plain, 0, size, target, 0);
                        case 1 -> require(ours.open(key, 0, sealed, 0, size, target, 0));
                        case 2 -> openSsl.seal(counter++, plain, size, target, target.asSlice(size));
                        case 3 -> require(openSsl.open(0, sealed, size, tag, target));
                        default -> jdk.seal(key, counter++, plain, 0, size, target, 0);
                    }
                }
                best[side] = Math.min(best[side], (double) (System.nanoTime() - start) / packets);
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%5d   %8.0f %8.0f      %8.0f %8.0f         %8.0f        %5.2f %5.2f     %5.2f%n",
                size,
                best[0],
                best[1],
                best[2],
                best[3],
                best[4],
                best[2] / best[0],
                best[3] / best[1],
                best[4] / best[0]);
    }

    private static void require(boolean opened) {
        if (!opened) {
            throw new IllegalStateException("a sealed packet does not open");
        }
    }
}
