package dev.sekisho.dataplane.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.dataplane.Limits;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class StagedPacketsTest {
    private final StagingBudget budget = new StagingBudget(1 << 20);
    private final StagedPackets staged = new StagedPackets(budget);
    private final MemorySegment memory = Arena.ofAuto().allocate(1 << 20);

    @Test
    void framesComeOutInOrderWithTheirBytes() {
        assertThat(offer(staged, 1, 100)).isZero();
        assertThat(offer(staged, 2, 200)).isZero();
        memory.fill((byte) 0x55);
        assertThat(staged.poll(memory, 3)).isEqualTo(100);
        assertThat(memory.get(ValueLayout.JAVA_BYTE, 3)).isEqualTo((byte) 1);
        assertThat(memory.get(ValueLayout.JAVA_BYTE, 102)).isEqualTo((byte) 1);
        assertThat(memory.get(ValueLayout.JAVA_BYTE, 103)).isEqualTo((byte) 0x55);
        assertThat(staged.poll(memory, 0)).isEqualTo(200);
        assertThat(staged.poll(memory, 0)).isZero();
        assertThat(budget.usedBytes()).isZero();
    }

    @Test
    void theOldestGoesWhenThereAreTooMany() {
        for (int i = 0; i < Limits.STAGED_PACKETS; i++) {
            assertThat(offer(staged, i, 64)).isZero();
        }
        assertThat(offer(staged, 200, 64)).isOne();
        assertThat(staged.size()).isEqualTo(Limits.STAGED_PACKETS);
        staged.poll(memory, 0);
        assertThat(memory.get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 1);
    }

    @Test
    void theOldestGoWhenThereAreTooManyBytes() {
        int large = 60_000;
        int fit = Limits.STAGED_BYTES / large;
        for (int i = 0; i < fit; i++) {
            assertThat(offer(staged, i, large)).isZero();
        }
        assertThat(offer(staged, 99, large)).isOne();
        assertThat(budget.usedBytes()).isLessThanOrEqualTo(Limits.STAGED_BYTES);
        assertThat(offer(staged, 99, Limits.STAGED_BYTES + 1)).isOne();
        assertThat(staged.size()).isEqualTo(fit);
    }

    @Test
    void allPeersTogetherAreBounded() {
        StagingBudget small = new StagingBudget(1000);
        StagedPackets one = new StagedPackets(small);
        StagedPackets other = new StagedPackets(small);
        assertThat(offer(one, 1, 600)).isZero();
        assertThat(offer(other, 2, 300)).isZero();
        assertThat(offer(other, 3, 390)).as("its own oldest goes").isOne();
        assertThat(offer(other, 4, 700)).as("nothing of its own is enough").isEqualTo(2);
        assertThat(one.size()).isOne();
        assertThat(other.size()).isZero();
        assertThat(small.usedBytes()).isEqualTo(600);
    }

    @Test
    void clearGivesEverythingBack() {
        offer(staged, 1, 100);
        offer(staged, 2, 100);
        assertThat(staged.clear()).isEqualTo(2);
        assertThat(budget.usedBytes()).isZero();
        assertThat(offer(staged, 3, 100)).isZero();
        assertThat(staged.poll(memory, 0)).isEqualTo(100);
    }

    @Test
    void aFullRingTakesOverArrays() {
        for (int i = 0; i < 3 * Limits.STAGED_PACKETS; i++) {
            offer(staged, i, 100 + i % 7);
        }
        assertThat(staged.size()).isEqualTo(Limits.STAGED_PACKETS);
        int first = 2 * Limits.STAGED_PACKETS;
        for (int i = 0; i < Limits.STAGED_PACKETS; i++) {
            assertThat(staged.poll(memory, 0)).isEqualTo(100 + (first + i) % 7);
            assertThat(memory.get(ValueLayout.JAVA_BYTE, 50)).isEqualTo((byte) (first + i));
        }
        assertThat(budget.usedBytes()).isZero();
    }

    private int offer(StagedPackets target, int fill, int bytes) {
        memory.asSlice(0, bytes).fill((byte) fill);
        return target.offer(memory, 0, bytes);
    }
}
