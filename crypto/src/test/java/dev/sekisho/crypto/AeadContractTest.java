package dev.sekisho.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every kernel against two other implementations, at every length and alignment, and what happens to the
/// memory around it.
final class AeadContractTest {
    private static final int MAX_LENGTH = 4096;
    private static final int MARGIN = 96;
    private static final byte CANARY = 0x5a;

    private final SplittableRandom random = new SplittableRandom(8439);
    private final Arena arena = Arena.ofConfined();
    private final SecretKey key = SecretKey.copyOf(randomBytes(32), 0);

    static Stream<Kernel> kernels() {
        return Kernels.all();
    }

    @AfterEach
    void free() {
        arena.close();
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void agreesWithBothOraclesAtEveryLength(Kernel kernel) {
        ChaCha20Poly1305 ours = new ChaCha20Poly1305(kernel, arena);
        Map<String, Aead> oracles = Map.of("JDK", new JdkAead(), "BouncyCastle", new BouncyCastleAead());
        int room = MAX_LENGTH + 2 * MARGIN + Aead.TAG_BYTES;
        MemorySegment plain = filled(room);
        MemorySegment sealed = filled(room);
        MemorySegment expected = filled(room);
        MemorySegment opened = filled(room);
        for (int length = 0; length <= MAX_LENGTH; length++) {
            long from = random.nextInt(MARGIN);
            long to = random.nextInt(MARGIN);
            long counter = random.nextLong();
            MemorySegment.copy(MemorySegment.ofArray(randomBytes(length)), 0, plain, from, length);
            sealed.fill(CANARY);
            ours.seal(key, counter, plain, from, length, sealed, to);
            for (Map.Entry<String, Aead> oracle : oracles.entrySet()) {
                expected.fill(CANARY);
                oracle.getValue().seal(key, counter, plain, from, length, expected, to);
                assertThat(sealed.mismatch(expected))
                        .as("%d bytes, %s", length, oracle.getKey())
                        .isEqualTo(-1);
            }
            opened.fill(CANARY);
            assertThat(ours.open(key, counter, sealed, to, length, opened, from))
                    .as("%d bytes", length)
                    .isTrue();
            assertSame(opened, plain, from, length);
            assertUntouched(opened, 0, from);
            assertUntouched(opened, from + length, room);
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void worksInPlaceAtEveryAlignment(Kernel kernel) {
        ChaCha20Poly1305 ours = new ChaCha20Poly1305(kernel, arena);
        Aead oracle = new JdkAead();
        int room = 2000 + 2 * MARGIN;
        for (int alignment = 0; alignment < 64; alignment++) {
            for (int length :
                    new int[] {0, 1, 15, 16, 17, 63, 64, 65, 192, 448, 449, 512, 960, 961, 1420, 1500, 1984}) {
                MemorySegment work = filled(room);
                MemorySegment plain = filled(room);
                MemorySegment expected = filled(room);
                MemorySegment.copy(MemorySegment.ofArray(randomBytes(length)), 0, plain, alignment, length);
                MemorySegment.copy(plain, 0, work, 0, room);
                ours.seal(key, length, work, alignment, length, work, alignment);
                oracle.seal(key, length, plain, alignment, length, expected, alignment);
                assertThat(work.mismatch(expected))
                        .as("%d bytes at %d", length, alignment)
                        .isEqualTo(-1);
                assertThat(ours.open(key, length, work, alignment, length, work, alignment))
                        .isTrue();
                assertSame(work, plain, alignment, length);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void agreesWithBothOraclesOnAdditionalData(Kernel kernel) {
        ChaCha20Poly1305 ours = new ChaCha20Poly1305(kernel, arena);
        Aead jdk = new JdkAead();
        Aead bouncyCastle = new BouncyCastleAead();
        for (int i = 0; i < 300; i++) {
            byte[] aad = randomBytes(i % 70);
            byte[] plain = randomBytes(random.nextInt(1200));
            byte[] sealed = ours.seal(key, i, aad, plain);
            assertThat(sealed).isEqualTo(jdk.seal(key, i, aad, plain)).isEqualTo(bouncyCastle.seal(key, i, aad, plain));
            assertThat(ours.open(key, i, aad, sealed)).isEqualTo(plain);
            if (aad.length > 0) {
                aad[random.nextInt(aad.length)] ^= 1;
                assertThat(ours.open(key, i, aad, sealed)).isNull();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void leavesTheTargetUntouchedWhenAnyBitIsWrong(Kernel kernel) {
        ChaCha20Poly1305 ours = new ChaCha20Poly1305(kernel, arena);
        for (int length : new int[] {0, 1, 33, 64, 449, 1420}) {
            MemorySegment sealed = filled(length + Aead.TAG_BYTES);
            ours.seal(key, 3, filled(length), 0, length, sealed, 0);
            MemorySegment target = filled(length);
            int bits = 8 * (length + Aead.TAG_BYTES);
            for (int bit = length > 64 ? random.nextInt(31) : 0; bit < bits; bit += length > 64 ? 31 : 1) {
                flip(sealed, bit);
                assertThat(ours.open(key, 3, sealed, 0, length, target, 0))
                        .as("bit %d of %d bytes", bit, length)
                        .isFalse();
                assertUntouched(target, 0, length);
                byte[] before = sealed.toArray(ValueLayout.JAVA_BYTE);
                assertThat(ours.open(key, 3, sealed, 0, length, sealed, 0)).isFalse();
                assertThat(sealed.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(before);
                flip(sealed, bit);
            }
            assertThat(ours.open(key, 4, sealed, 0, length, target, 0))
                    .as("other counter")
                    .isFalse();
            assertThat(ours.open(SecretKey.copyOf(new byte[32], 0), 3, sealed, 0, length, target, 0))
                    .as("other key")
                    .isFalse();
            assertUntouched(target, 0, length);
            assertThat(ours.open(key, 3, sealed, 0, length, target, 0)).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void refusesRangesOutsideBeforeItWrites(Kernel kernel) {
        ChaCha20Poly1305 ours = new ChaCha20Poly1305(kernel, arena);
        MemorySegment large = filled(200);
        MemorySegment small = filled(100);
        assertOutside(() -> ours.seal(key, 1, large, 0, 100, small, 0));
        assertOutside(() -> ours.seal(key, 1, large, 0, 84, small, 1));
        assertOutside(() -> ours.seal(key, 1, small, 50, 51, large, 0));
        assertOutside(() -> ours.seal(key, 1, small, -1, 10, large, 0));
        assertOutside(() -> ours.seal(key, 1, small, 0, 10, large, -1));
        assertOutside(() -> ours.seal(key, 1, small, 0, -1, large, 0));
        assertOutside(() -> ours.seal(key, 1, small, Long.MAX_VALUE, 1, large, 0));
        assertOutside(() -> ours.seal(key, 1, large, 0, Integer.MAX_VALUE, large, 0));
        assertOutside(() -> ours.open(key, 1, small, 0, 85, large, 0));
        assertOutside(() -> ours.open(key, 1, large, 0, 101, small, 0));
        assertOutside(() -> ours.open(key, 1, large, 0, -16, small, 0));
        assertOutside(() -> ours.open(key, 1, large, 190, Integer.MAX_VALUE, small, 0));
        assertUntouched(large, 0, 200);
        assertUntouched(small, 0, 100);
        ours.seal(key, 1, large, 0, 84, small, 0);
    }

    @Test
    void refusesHeapSegmentsAndWipedKeys() {
        ChaCha20Poly1305 ours = ChaCha20Poly1305.create();
        MemorySegment heap = MemorySegment.ofArray(new byte[64]);
        MemorySegment nativeMemory = filled(64);
        assertThatThrownBy(() -> ours.seal(key, 1, heap, 0, 16, nativeMemory, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ours.open(key, 1, nativeMemory, 0, 16, heap, 0))
                .isInstanceOf(IllegalArgumentException.class);
        SecretKey wiped = SecretKey.copyOf(new byte[32], 0);
        wiped.close();
        assertThatThrownBy(() -> ours.seal(wiped, 1, nativeMemory, 0, 16, nativeMemory, 0))
                .isInstanceOf(IllegalStateException.class);
        assertUntouched(nativeMemory, 0, 64);
    }

    @Test
    void opensNothingShorterThanATag() {
        ChaCha20Poly1305 ours = ChaCha20Poly1305.create();
        for (int length = 0; length < Aead.TAG_BYTES; length++) {
            assertThat(ours.open(key, 1, new byte[0], new byte[length])).isNull();
        }
    }

    private static void assertOutside(Runnable call) {
        assertThatThrownBy(call::run).isInstanceOf(IndexOutOfBoundsException.class);
    }

    private static void assertSame(MemorySegment actual, MemorySegment expected, long offset, int length) {
        assertThat(MemorySegment.mismatch(actual, offset, offset + length, expected, offset, offset + length))
                .as("%d bytes at %d", length, offset)
                .isEqualTo(-1);
    }

    private static void assertUntouched(MemorySegment segment, long from, long to) {
        byte[] bytes = segment.asSlice(from, to - from).toArray(ValueLayout.JAVA_BYTE);
        byte[] canaries = new byte[bytes.length];
        Arrays.fill(canaries, CANARY);
        assertThat(bytes).isEqualTo(canaries);
    }

    private static void flip(MemorySegment segment, int bit) {
        int value = segment.get(ValueLayout.JAVA_BYTE, bit / 8) ^ (1 << (bit % 8));
        segment.set(ValueLayout.JAVA_BYTE, bit / 8, (byte) value);
    }

    private MemorySegment filled(int bytes) {
        return arena.allocate(bytes, 1).fill(CANARY);
    }

    private byte[] randomBytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
