package dev.sekisho.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/// The packet path allocates nothing once it is compiled. This is also the best alarm for a vector kernel that
/// lost its inlining.
final class AllocationTest {
    private static final int OPERATIONS = 2_000;
    private static final int MAX_ROUNDS = 200;

    /// Rounds without garbage in a row that count as the steady state.
    private static final int CLEAN_ROUNDS = 3;

    private final SecretKey key = SecretKey.copyOf(new byte[SecretKey.BYTES], 0);

    @Test
    void sealsAndOpensWithoutGarbage() {
        CryptoWarmup.run();
        Arena arena = Arena.ofAuto();
        ChaCha20Poly1305 aead = ChaCha20Poly1305.create();
        MemorySegment plain = arena.allocate(16_384, 64);
        MemorySegment sealed = arena.allocate(16_384 + Aead.TAG_BYTES, 64);
        int[] sizes = {0, 33, 64, 512, 1420, 1500, 16_384};
        assertReachesZero(() -> {
            for (int i = 0; i < OPERATIONS; i++) {
                int size = sizes[i % sizes.length];
                aead.seal(key, i, plain, 0, size, sealed, 0);
                if (!aead.open(key, i, sealed, 0, size, plain, 0) || aead.open(key, i + 1, sealed, 0, size, plain, 0)) {
                    throw new AssertionError("wrong verdict");
                }
            }
        });
    }

    @Test
    void derivesAndMultipliesWithoutGarbage() {
        Hkdf hkdf = new Hkdf();
        Blake2s blake2s = new Blake2s();
        X25519 x25519 = new X25519();
        byte[] input = new byte[32];
        byte[] out = new byte[96];
        byte[] scalar = new byte[32];
        scalar[1] = 1;
        byte[] u = new byte[32];
        u[0] = 9;
        assertReachesZero(() -> {
            for (int i = 0; i < OPERATIONS / 20; i++) {
                hkdf.derive(input, out, 3, out);
                blake2s.reset(16, input).update(out, 0, 96).digest(out, 0);
                x25519.scalarMult(scalar, u, u);
                x25519.publicKey(scalar, input);
            }
        });
    }

    /// The JIT decides when its work is done, so rounds go on until several in a row are clean; never is a
    /// failure.
    private static void assertReachesZero(Runnable round) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long id = Thread.currentThread().threadId();
        int clean = 0;
        long allocated = -1;
        for (int i = 0; i < MAX_ROUNDS && clean < CLEAN_ROUNDS; i++) {
            long before = threads.getThreadAllocatedBytes(id);
            round.run();
            allocated = threads.getThreadAllocatedBytes(id) - before;
            clean = allocated == 0 ? clean + 1 : 0;
        }
        assertThat(clean)
                .as("clean rounds in a row; the last one allocated %d bytes", allocated)
                .isEqualTo(CLEAN_ROUNDS);
    }
}
