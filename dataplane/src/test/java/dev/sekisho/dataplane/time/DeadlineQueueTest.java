package dev.sekisho.dataplane.time;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.dataplane.testkit.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DeadlineQueueTest {
    private final DeadlineQueue<String> queue = new DeadlineQueue<>();

    @Test
    void anEmptyQueueNeverComesDue() {
        assertThat(queue.nextNanos()).isEqualTo(DeadlineQueue.NEVER);
        assertThat(queue.pollDue(Long.MAX_VALUE)).isNull();
    }

    @Test
    void aLaterTimeChangesNothing() {
        var d = new Deadline<>("a");
        queue.ensure(d, 10);
        queue.ensure(d, 20);
        queue.ensure(d, DeadlineQueue.NEVER);
        assertThat(queue.nextNanos()).isEqualTo(10);
        assertThat(queue.pollDue(9)).isNull();
        assertThat(queue.pollDue(10)).isEqualTo("a");
        assertThat(d.position).isEqualTo(DeadlineQueue.NOT_QUEUED);
    }

    @Test
    void anEarlierTimeMovesForward() {
        var a = new Deadline<>("a");
        var b = new Deadline<>("b");
        queue.ensure(a, 10);
        queue.ensure(b, 20);
        queue.ensure(b, 5);
        assertThat(queue.nextNanos()).isEqualTo(5);
        assertThat(queue.pollDue(30)).isEqualTo("b");
        assertThat(queue.pollDue(30)).isEqualTo("a");
        assertThat(queue.size()).isZero();
    }

    @Test
    void agreesWithAListOnRandomOperations() {
        Seeds.forEach(200, seed -> {
            SplittableRandom random = Seeds.random(seed);
            DeadlineQueue<Integer> real = new DeadlineQueue<>();
            List<Deadline<Integer>> deadlines = new ArrayList<>();
            long[] expected = new long[40];
            java.util.Arrays.fill(expected, DeadlineQueue.NEVER);
            for (int i = 0; i < expected.length; i++) {
                deadlines.add(new Deadline<>(i));
            }
            long now = -500;
            for (int step = 0; step < 600; step++) {
                int which = random.nextInt(expected.length);
                switch (random.nextInt(4)) {
                    case 0, 1 -> {
                        long at = now + random.nextInt(1, 100);
                        real.ensure(deadlines.get(which), at);
                        expected[which] = Math.min(expected[which], at);
                    }
                    case 2 -> {
                        real.remove(deadlines.get(which));
                        expected[which] = DeadlineQueue.NEVER;
                    }
                    default -> {
                        now += random.nextInt(20);
                        Integer due = real.pollDue(now);
                        long earliest = java.util.Arrays.stream(expected).min().orElseThrow();
                        assertThat(due != null).isEqualTo(earliest <= now);
                        if (due != null) {
                            assertThat(expected[due]).isEqualTo(earliest);
                            expected[due] = DeadlineQueue.NEVER;
                        }
                    }
                }
                assertThat(real.nextNanos())
                        .isEqualTo(java.util.Arrays.stream(expected).min().orElseThrow());
            }
        });
    }

    @Test
    void jitterStaysInItsBounds() {
        Jitter jitter = new Jitter(0, 333);
        long seen = 0;
        for (int i = 0; i < 10_000; i++) {
            long pause = jitter.nextNanos();
            assertThat(pause).isBetween(0L, 333L);
            seen = Math.max(seen, pause);
        }
        assertThat(seen).isEqualTo(333);
        assertThat(new Jitter(9, 0).nextNanos()).isZero();
    }
}
