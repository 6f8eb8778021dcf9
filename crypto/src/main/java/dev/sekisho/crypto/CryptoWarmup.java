package dev.sekisho.crypto;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;

/// Known-answer tests as load, until the kernels run compiled. Call once per process before packets flow; takes
/// about a second on an idle machine.
///
/// A vector kernel that is not yet compiled by C2 runs at one hundredth of its speed and makes garbage, so the
/// first packets would suffer. Work goes in rounds; a round seals, opens, and refuses forgeries of, every size
/// class, in place and out of place. It ends when a round costs less than [#WARM_NANOS_PER_BYTE] and the best
/// round has not been beaten for [#STEADY_ROUNDS] rounds, or after [#MAX_NANOS].
///
/// Its memory has no owner thread, as the packet path's. What C2 compiles relies on that: memory of a confined
/// arena works too, but makes it compile again.
public final class CryptoWarmup {
    /// Cold kernels need about 500 ns per byte in this mix of sizes, compiled scalar ones 5, vector ones 2.
    private static final double WARM_NANOS_PER_BYTE = 8;

    private static final int STEADY_ROUNDS = 100;

    private static final long MAX_NANOS = 5_000_000_000L;

    /// A round better than the best by less than this doesn't count as better.
    private static final double NOISE = 0.97;

    static final int LARGEST = 16_384;

    /// One of each path: empty, shorter than a block, one to three vector passes, with and without a tail, the
    /// sizes of real packets.
    static final int[] SIZES = {
        0, 1, 16, 32, 48, 64, 80, 96, 128, 160, 192, 256, 320, 448, 449, 512, 576, 704, 832, 960, 961, 1056, 1200, 1280,
        1376, 1392, 1408, 1420, 1424, 1440, 1452, 1472, 1500, 2048, 3000, LARGEST
    };

    /// BLAKE2s over the sealed form of every size, one behind the other.
    static final String SEALED_HASH = "2306b4dbcf96a18ee7184c18791618299949bdd326b0290212485bf1dfe32823";

    /// X25519 of the clamped key below with itself as the point.
    static final String SHARED_SECRET = "bc2e490f125b2bed5c02d3b6ed3183abbc1f7738e39ff94894d1d8ce25b50657";

    private final SecretKey key = SecretKey.copyOf(pattern(SecretKey.BYTES), 0);
    private final ChaCha20Poly1305 aead;
    private final MemorySegment plain;
    private final MemorySegment sealed;
    private final MemorySegment work;

    private CryptoWarmup() {
        Arena arena = Arena.ofAuto();
        aead = new ChaCha20Poly1305(ChaCha20Poly1305.kernel(), arena);
        plain = arena.allocate(LARGEST, Long.BYTES);
        sealed = arena.allocate(LARGEST + Aead.TAG_BYTES, Long.BYTES);
        work = arena.allocate(LARGEST + Aead.TAG_BYTES, Long.BYTES);
        MemorySegment.copy(MemorySegment.ofArray(pattern(LARGEST)), 0, plain, 0, LARGEST);
    }

    /// Returns a summary line. Throws `IllegalStateException` when an answer is wrong.
    public static String run() {
        CryptoWarmup warmup = new CryptoWarmup();
        warmup.checkKnownAnswers();
        String summary = warmup.load();
        warmup.checkKnownAnswers();
        return summary;
    }

    private String load() {
        long started = System.nanoTime();
        long now = started;
        double best = Double.MAX_VALUE;
        int steady = 0;
        int rounds = 0;
        while (now - started < MAX_NANOS && (steady < STEADY_ROUNDS || best > WARM_NANOS_PER_BYTE)) {
            int bytes = round(rounds);
            long end = System.nanoTime();
            double nanosPerByte = (double) (end - now) / bytes;
            now = end;
            rounds++;
            steady++;
            if (nanosPerByte < best * NOISE) {
                best = nanosPerByte;
                steady = 0;
            }
        }
        return "crypto kernel %s ready after %d ms, %d rounds, %.2f ns per byte"
                .formatted(ChaCha20Poly1305.kernelName(), (now - started) / 1_000_000, rounds, best);
    }

    /// One pass over all sizes; returns the bytes that went through the kernels.
    private int round(long counter) {
        int bytes = 0;
        for (int size : SIZES) {
            exercise(size, counter);
            bytes += 4 * size;
        }
        return bytes;
    }

    private void exercise(int size, long counter) {
        aead.seal(key, counter, plain, 0, size, sealed, 0);
        require(aead.open(key, counter, sealed, 0, size, work, 0), "a sealed packet opens");
        aead.seal(key, counter, work, 0, size, work, 0);
        require(aead.open(key, counter, work, 0, size, work, 0), "a packet sealed in place opens in place");
        flip(size);
        require(!aead.open(key, counter, sealed, 0, size, work, 0), "a forgery is refused");
        flip(size);
        require(!aead.open(key, counter + 1, sealed, 0, size, work, 0), "a packet under another counter is refused");
    }

    private void flip(int size) {
        sealed.set(Bytes.LONG_LAYOUT, size, sealed.get(Bytes.LONG_LAYOUT, size) ^ 1);
    }

    private void checkKnownAnswers() {
        Blake2s blake2s = new Blake2s();
        byte[] bytes = new byte[LARGEST + Aead.TAG_BYTES];
        for (int size : SIZES) {
            aead.seal(key, size, plain, 0, size, sealed, 0);
            MemorySegment.copy(sealed, 0, MemorySegment.ofArray(bytes), 0, size + Aead.TAG_BYTES);
            blake2s.update(bytes, 0, size + Aead.TAG_BYTES);
            require(aead.open(key, size, sealed, 0, size, work, 0), "a sealed packet opens");
            require(work.asSlice(0, size).mismatch(plain.asSlice(0, size)) == -1, "opening gives back the plaintext");
        }
        byte[] hash = new byte[Blake2s.HASH_BYTES];
        blake2s.digest(hash, 0);
        requireAnswer(SEALED_HASH, hash, "ChaCha20-Poly1305 or BLAKE2s");
        byte[] shared = new byte[X25519.BYTES];
        new X25519().scalarMult(pattern(X25519.BYTES), pattern(X25519.BYTES), shared);
        requireAnswer(SHARED_SECRET, shared, "X25519");
    }

    private static void requireAnswer(String expected, byte[] actual, String what) {
        require(expected.equals(HexFormat.of().formatHex(actual)), what + " gives its known answer");
    }

    private static void require(boolean condition, String what) {
        if (!condition) {
            throw new IllegalStateException("cryptographic self-test failed: not true that " + what);
        }
    }

    /// Public test bytes, different at each place.
    static byte[] pattern(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * 7 + (i >>> 8) * 3 + 1);
        }
        return bytes;
    }
}
