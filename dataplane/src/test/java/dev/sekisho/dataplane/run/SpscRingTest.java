package dev.sekisho.dataplane.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SpscRingTest {
    private static final int LARGEST = 65_545;

    private final SpscRing ring = new SpscRing(Arena.ofAuto());
    private final MemorySegment source = Arena.ofAuto().allocate(LARGEST, 64);

    @Test
    void whatGoesInComesOutInOrderAndWhole() {
        Random random = new Random(5);
        Queue<Integer> expected = new ArrayDeque<>();
        int refused = 0;
        for (int i = 0; i < 200_000; i++) {
            if (random.nextInt(100) < 52) {
                int length = random.nextInt(10) == 0 ? 1 + random.nextInt(LARGEST) : 1 + random.nextInt(1500);
                mark(i, length);
                if (ring.offer(null, source, 0, length, length)) {
                    expected.add(i);
                    expected.add(length);
                } else {
                    refused++;
                }
            } else if (!expected.isEmpty()) {
                take(expected.remove(), expected.remove());
            } else {
                assertThat(ring.peek()).isNegative();
            }
        }
        while (!expected.isEmpty()) {
            take(expected.remove(), expected.remove());
        }
        assertThat(ring.peek()).isNegative();
        assertThat(refused).isPositive();
    }

    @Test
    void aFullBatchOfSmallFramesFits() {
        for (int i = 0; i < 64; i++) {
            mark(i, 100);
            assertThat(ring.offer(null, source, 0, 100, 100)).isTrue();
        }
    }

    @Test
    void theLargestMessageFitsWhereverTheLastOneEnded() {
        for (int i = 0; i < 1000; i++) {
            mark(i, LARGEST - i);
            assertThat(ring.offer(null, source, 0, LARGEST - i, 1400)).isTrue();
            take(i, LARGEST - i);
        }
    }

    @Test
    void twoThreadsAgree() throws Exception {
        int count = 100_000;
        CompletableFuture<Void> producer = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < count; i++) {
                mark(i, 64 + i % 3000);
                while (!ring.offer(null, source, 0, 64 + i % 3000, 64)) {
                    Thread.onSpinWait();
                }
            }
        });
        for (int i = 0; i < count; i++) {
            while (ring.peek() < 0) {
                assertThat(producer.isCompletedExceptionally()).isFalse();
                Thread.onSpinWait();
            }
            take(i, 64 + i % 3000);
        }
        producer.get();
    }

    private void mark(int number, int length) {
        source.set(ValueLayout.JAVA_INT_UNALIGNED, Math.max(0, length - 4), number);
        source.set(ValueLayout.JAVA_BYTE, 0, (byte) number);
    }

    private void take(int number, int length) {
        int entry = ring.peek();
        assertThat(entry).isNotNegative();
        assertThat(ring.length(entry)).isEqualTo(length);
        if (length >= 5) {
            assertThat(ring.memory().get(ValueLayout.JAVA_INT_UNALIGNED, ring.offset(entry) + length - 4))
                    .isEqualTo(number);
            assertThat(ring.memory().get(ValueLayout.JAVA_BYTE, ring.offset(entry)))
                    .isEqualTo((byte) number);
        }
        ring.release();
    }
}
