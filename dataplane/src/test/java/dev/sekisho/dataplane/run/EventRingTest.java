package dev.sekisho.dataplane.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.dataplane.testkit.Seeds;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class EventRingTest {
    private static final long FOREVER = TimeUnit.HOURS.toNanos(1);

    @Test
    void agreesWithAQueue() {
        SplittableRandom random = Seeds.random();
        EventRing<Integer> ring = new EventRing<>(8);
        Queue<Integer> expected = new ArrayDeque<>();
        for (int i = 0; i < 100_000; i++) {
            int count = random.nextInt(1, 9);
            assertThat(ring.hasRoom(count)).isEqualTo(expected.size() + count <= 8);
            if (random.nextBoolean()) {
                assertThat(ring.offer(i)).isEqualTo(expected.size() < 8);
                if (expected.size() < 8) {
                    expected.add(i);
                }
            } else {
                assertThat(ring.poll()).isEqualTo(expected.poll());
            }
        }
    }

    @Test
    void roomThatWasSeenStays() {
        EventRing<String> ring = new EventRing<>(4);
        assertThat(ring.hasRoom(4)).isTrue();
        for (int i = 0; i < 4; i++) {
            assertThat(ring.offer("x")).isTrue();
        }
        assertThat(ring.hasRoom(1)).isFalse();
        assertThat(ring.offer("y")).isFalse();
        ring.poll();
        assertThat(ring.hasRoom(1)).isTrue();
        assertThat(ring.hasRoom(2)).isFalse();
    }

    @Test
    void waitingEndsWithItsTime() throws InterruptedException {
        EventRing<String> ring = new EventRing<>(4);
        assertThat(ring.await(0)).isFalse();
        assertThat(ring.await(1_000)).isFalse();
        assertThat(ring.isAwaited()).isFalse();
        ring.offer("x");
        assertThat(ring.await(0)).isTrue();
    }

    @Test
    void aSleeperIsWokenByTheFirstEntry() throws Exception {
        EventRing<String> ring = new EventRing<>(4);
        CompletableFuture<String> got = new CompletableFuture<>();
        Thread consumer = Thread.ofPlatform().daemon().start(() -> {
            try {
                got.complete(ring.await(FOREVER) ? ring.poll() : "nothing");
            } catch (InterruptedException e) {
                got.completeExceptionally(e);
            }
        });
        awaitAsleep(ring, consumer);
        ring.offer("x");
        assertThat(got.get()).isEqualTo("x");
        consumer.join();
        assertThat(ring.isAwaited()).isFalse();
    }

    @Test
    void aSleeperCanBeInterrupted() throws Exception {
        EventRing<String> ring = new EventRing<>(4);
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread consumer = Thread.ofVirtual().start(() -> {
            try {
                ring.await(FOREVER);
                interrupted.complete(false);
            } catch (InterruptedException e) {
                interrupted.complete(true);
            }
        });
        awaitAsleep(ring, consumer);
        consumer.interrupt();
        assertThat(interrupted.get()).isTrue();
        consumer.join();
        assertThat(ring.isAwaited()).isFalse();
    }

    /// A small ring makes the two meet at both ends all the time, and no wake-up may be lost: nobody would
    /// come again within the hour.
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 64})
    void twoThreadsAgree(int capacity) throws Exception {
        int count = 200_000;
        EventRing<Integer> ring = new EventRing<>(capacity);
        CompletableFuture<Integer> consumer = new CompletableFuture<>();
        Thread.ofPlatform().daemon().start(() -> consumer.complete(consume(ring, count)));
        for (int i = 0; i < count; i++) {
            while (!ring.offer(i)) {
                Thread.onSpinWait();
            }
        }
        assertThat(consumer.get()).isEqualTo(count);
    }

    private static int consume(EventRing<Integer> ring, int count) {
        int next = 0;
        try {
            while (next < count && ring.await(FOREVER)) {
                for (Integer got = ring.poll(); got != null; got = ring.poll()) {
                    if (got != next) {
                        return -1;
                    }
                    next++;
                }
            }
        } catch (InterruptedException e) {
            return -2;
        }
        return next;
    }

    @ParameterizedTest
    @ValueSource(ints = {-4, 0, 3, 100})
    void capacitiesArePowersOfTwo(int capacity) {
        assertThatThrownBy(() -> new EventRing<String>(capacity)).hasMessageContaining("power of two");
    }

    private static void awaitAsleep(EventRing<?> ring, Thread consumer) {
        while (!ring.isAwaited() || consumer.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
    }
}
