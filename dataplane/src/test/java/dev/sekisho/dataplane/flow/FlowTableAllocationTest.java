package dev.sekisho.dataplane.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Pins the promise: finding, opening, evicting, refusing, sweeping and closing flows makes no garbage.
@Tag("allocation")
class FlowTableAllocationTest {
    private static final long V4 = 0xffff_0000_0000L;
    private static final int PACKETS = 20_000;

    /// The JIT decides when its work is done: rounds go on until some in a row are clean.
    private static final int ROUNDS = 400;

    private static final int CLEAN_ROUNDS = 3;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private int evictions;
    private int refusals;
    private int removals;
    private final FlowTable table =
            new FlowTable(Arena.ofAuto(), new FlowBounds(1000, 300, 500_000_000), 1, slot -> evictions++);
    private final FlowVisitor remover = this::removeSome;

    private void removeSome(int slot) {
        if (table.records().ports(slot) % 16 == 0 && table.remove(slot)) {
            removals++;
        }
    }

    @Test
    void flowsComeAndGoWithoutGarbage() {
        int clean = 0;
        long allocated = -1;
        for (int round = 0; round < ROUNDS && clean < CLEAN_ROUNDS; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            packets(round * PACKETS);
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
            clean = allocated == 0 ? clean + 1 : 0;
        }
        assertThat(clean)
                .as("clean rounds in a row; the last one allocated %d bytes", allocated)
                .isEqualTo(CLEAN_ROUNDS);
        assertThat(evictions).isPositive();
        assertThat(refusals).isPositive();
        assertThat(removals).isPositive();
    }

    private void packets(int from) {
        FlowRecords records = table.records();
        for (int i = from; i < from + PACKETS; i++) {
            int device = i % 37 % 7;
            long now = i * 100_000L;
            int ports = i % 5000;
            int slot = table.find(0, V4 | device, 0, V4, ports, 6);
            if (slot == FlowTable.NONE) {
                slot = table.insert(0, V4 | device, 0, V4, ports, 6, device, now, i);
            }
            if (slot == FlowTable.NONE) {
                refusals++;
            } else {
                records.seen(slot, now);
                records.addToTarget(slot, 100, 1);
            }
            table.sweep(2, remover);
        }
    }
}
