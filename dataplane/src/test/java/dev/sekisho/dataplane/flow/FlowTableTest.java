package dev.sekisho.dataplane.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.sekisho.dataplane.Limits;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlowTableTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Evicted NOBODY = slot -> {
        throw new AssertionError("slot " + slot + " is evicted");
    };

    private final FlowTable table = new FlowTable(Arena.ofAuto(), FlowBounds.of(1000), 1, NOBODY);
    private final FlowRecords records = table.records();

    @Test
    void everyPartOfTheKeyCounts() {
        FlowKey key = new FlowKey(1, 2, 3, 4, 0x0005_0006, 7);
        List<FlowKey> keys = List.of(
                key,
                new FlowKey(9, 2, 3, 4, 0x0005_0006, 7),
                new FlowKey(1, 9, 3, 4, 0x0005_0006, 7),
                new FlowKey(1, 2, 9, 4, 0x0005_0006, 7),
                new FlowKey(1, 2, 3, 9, 0x0005_0006, 7),
                new FlowKey(1, 2, 3, 4, 0x0009_0006, 7),
                new FlowKey(1, 2, 3, 4, 0x0005_0009, 7),
                new FlowKey(1, 2, 3, 4, 0x8005_0006, 7),
                new FlowKey(1, 2, 3, 4, 0x0005_0006, 9),
                new FlowKey(1, 2, 3, 4, 0x0005_0006, 0xff),
                new FlowKey(3, 4, 1, 2, 0x0006_0005, 7));
        List<Integer> slots = new ArrayList<>();
        for (FlowKey each : keys) {
            // Makes it the flow found last, which is compared first whatever the hash.
            assertThat(key.findIn(table)).isEqualTo(slots.isEmpty() ? FlowTable.NONE : slots.getFirst());
            assertThat(each.findIn(table)).as("%s before", each).isEqualTo(FlowTable.NONE);
            slots.add(each.insertInto(table, 0, 0));
        }
        assertThat(slots).doesNotHaveDuplicates().doesNotContain(FlowTable.NONE);
        for (int i = 0; i < keys.size(); i++) {
            assertThat(keys.get(i).findIn(table)).isEqualTo(slots.get(i));
            assertThat(FlowKey.of(records, slots.get(i))).isEqualTo(keys.get(i));
        }
    }

    /// An unused record is all zeros, and so may be a key.
    @Test
    void findsNothingWhereNothingIs() {
        FlowKey zeros = new FlowKey(0, 0, 0, 0, 0, 0);
        assertThat(zeros.findIn(table)).isEqualTo(FlowTable.NONE);
        int slot = zeros.insertInto(table, 0, 0);
        assertThat(zeros.findIn(table)).isEqualTo(slot);
        table.remove(slot);
        assertThat(zeros.findIn(table)).isEqualTo(FlowTable.NONE);
    }

    /// The flow found last is looked at first.
    @Test
    void aRemovedFlowIsNotFoundByBeingTheLastFound() {
        FlowKey key = FlowKey.tcp4(1, 2, 3, 4);
        int slot = key.insertInto(table, 1, 0);
        assertThat(key.findIn(table)).isEqualTo(slot);
        assertThat(table.remove(slot)).isTrue();
        assertThat(key.findIn(table)).isEqualTo(FlowTable.NONE);
        assertThat(table.size()).isZero();
        assertThat(table.size(1)).isZero();
    }

    @Test
    void whatIsGoneStaysGone() {
        int slot = FlowKey.tcp4(1, 2, 3, 4).insertInto(table, 1, 0);
        assertThat(table.remove(slot)).isTrue();
        assertThat(table.remove(slot)).as("twice").isFalse();
        assertThat(table.remove(slot + 1)).as("never used").isFalse();
        int first = FlowKey.tcp4(1, 2, 3, 4).insertInto(table, 1, 0);
        int second = FlowKey.tcp4(1, 2, 3, 5).insertInto(table, 1, 0);
        assertThat(first).isNotEqualTo(second);
    }

    @Test
    void aStaleSlotIsNoticedByItsId() {
        int slot = FlowKey.tcp4(1, 2, 3, 4).insertInto(table, 1, SECOND);
        long id = records.id(slot);
        assertThat(records.isLive(slot, id)).isTrue();
        table.remove(slot);
        assertThat(records.isLive(slot, id)).isFalse();
        assertThat(FlowKey.tcp4(5, 6, 7, 8).insertInto(table, 1, SECOND)).isEqualTo(slot);
        assertThat(records.isLive(slot)).isTrue();
        assertThat(records.isLive(slot, id)).isFalse();
    }

    @Test
    void idsGrowWhateverTheClockDoes() {
        long[] times = {5 * SECOND, 5 * SECOND, 3 * SECOND, -SECOND, 0, 6 * SECOND};
        long before = 0;
        for (int i = 0; i < times.length; i++) {
            int slot = FlowKey.numbered(1, i).insertInto(table, 1, times[i]);
            assertThat(records.id(slot)).isGreaterThan(before);
            before = records.id(slot);
            assertThat(records.startedEpochMillis(slot)).isEqualTo(i == times.length - 1 ? 6000 : 5000);
        }
        FlowTable early = new FlowTable(Arena.ofAuto(), FlowBounds.of(1), 1, NOBODY);
        int slot = FlowKey.numbered(1, 1).insertInto(early, 1, 0);
        assertThat(early.records().isLive(slot)).as("at the epoch").isTrue();
    }

    /// Each field gets a value of its own that fills it, in the middle of three records.
    @Test
    void fieldsDoNotTouchEachOther() {
        FlowKey key = new FlowKey(-1, -2, -3, -4, -5, 0xfe);
        FlowKey.numbered(1, 1).insertInto(table, 1, 0);
        int slot = key.insertInto(table, 0xfffe, 7 * SECOND);
        int neighbour = FlowKey.numbered(1, 2).insertInto(table, 1, 0);
        records.state(slot, 0xf1);
        records.flags(slot, 0xf2);
        records.mfaSession(slot, 0xf3f3_f3f3);
        records.rule(slot, 0xf4f4_f4f4);
        records.policyVersion(slot, 0xf5f5_f5f5);
        records.validUntilEpochSecond(slot, 0xf6f6_f6f6L);
        records.seen(slot, 9 * SECOND);
        records.deviceSequence(slot, 0xf7f7_f7f7);
        records.targetSequence(slot, 0xf8f8_f8f8);
        records.addToTarget(slot, 1L << 60, 1L << 59);
        records.addToTarget(slot, 1, 2);
        records.addToDevice(slot, 1L << 58, 1L << 57);
        records.addToDevice(slot, 3, 4);

        assertThat(FlowKey.of(records, slot)).isEqualTo(key);
        assertThat(key.findIn(table)).isEqualTo(slot);
        assertThat(records.device(slot)).isEqualTo(0xfffe);
        assertThat(records.state(slot)).isEqualTo(0xf1);
        assertThat(records.flags(slot)).isEqualTo(0xf2);
        assertThat(records.startedEpochMillis(slot)).isEqualTo(7000);
        assertThat(records.mfaSession(slot)).isEqualTo(0xf3f3_f3f3);
        assertThat(records.rule(slot)).isEqualTo(0xf4f4_f4f4);
        assertThat(records.policyVersion(slot)).isEqualTo(0xf5f5_f5f5);
        assertThat(records.validUntilEpochSecond(slot)).isEqualTo(0xf6f6_f6f6L);
        assertThat(records.idleNanos(slot, 10 * SECOND)).isBetween(SECOND - (1 << 24), SECOND + (1 << 24));
        assertThat(records.deviceSequence(slot)).isEqualTo(0xf7f7_f7f7);
        assertThat(records.targetSequence(slot)).isEqualTo(0xf8f8_f8f8);
        assertThat(records.bytesToTarget(slot)).isEqualTo((1L << 60) + 1);
        assertThat(records.packetsToTarget(slot)).isEqualTo((1L << 59) + 2);
        assertThat(records.bytesToDevice(slot)).isEqualTo((1L << 58) + 3);
        assertThat(records.packetsToDevice(slot)).isEqualTo((1L << 57) + 4);
        assertThat(FlowKey.of(records, neighbour)).isEqualTo(FlowKey.numbered(1, 2));

        table.remove(slot);
        FlowKey other = FlowKey.numbered(1, 3);
        assertThat(other.insertInto(table, 1, 0)).isEqualTo(slot);
        assertIsNew(slot);
        assertIsNew(neighbour);
    }

    private void assertIsNew(int slot) {
        assertThat(records.state(slot)).isZero();
        assertThat(records.flags(slot)).isZero();
        assertThat(records.mfaSession(slot)).isZero();
        assertThat(records.rule(slot)).isZero();
        assertThat(records.policyVersion(slot)).isZero();
        assertThat(records.validUntilEpochSecond(slot)).isZero();
        assertThat(records.idleNanos(slot, 0)).isZero();
        assertThat(records.deviceSequence(slot)).isZero();
        assertThat(records.targetSequence(slot)).isZero();
        assertThat(records.bytesToTarget(slot)).isZero();
        assertThat(records.packetsToTarget(slot)).isZero();
        assertThat(records.bytesToDevice(slot)).isZero();
        assertThat(records.packetsToDevice(slot)).isZero();
    }

    /// A time that doesn't fit becomes an earlier one: that asks for a decision too many, never for one too few.
    @Test
    void aDecisionNeverLastsLongerThanItWasSaidTo() {
        int slot = FlowKey.numbered(1, 1).insertInto(table, 1, 0);
        long[] given = {0, 1, 0x7fff_ffffL, 0x8000_0000L, 0xffff_fffeL, Long.MAX_VALUE};
        for (long second : given) {
            records.validUntilEpochSecond(slot, second);
            assertThat(records.validUntilEpochSecond(slot)).isEqualTo(second);
        }
        for (long second : new long[] {0xffff_ffffL, 1L << 32, Long.MAX_VALUE - 1}) {
            records.validUntilEpochSecond(slot, second);
            assertThat(records.validUntilEpochSecond(slot)).isEqualTo(0xffff_fffeL);
        }
        records.validUntilEpochSecond(slot, -1);
        assertThat(records.validUntilEpochSecond(slot)).isZero();
    }

    @Test
    void idleTimeSurvivesTheWrapOfTheClock() {
        int slot = FlowKey.numbered(1, 1).insertInto(table, 1, 0);
        for (long start : new long[] {-5 * SECOND, 1L << 54, (1L << 55) - SECOND, Long.MAX_VALUE - SECOND}) {
            records.seen(slot, start);
            assertThat(records.idleNanos(slot, start)).isZero();
            assertThat(records.idleNanos(slot, start + 3 * SECOND))
                    .isBetween(3 * SECOND - (1 << 24), 3 * SECOND + (1 << 24));
            assertThat(records.idleNanos(slot, start - SECOND))
                    .as("a clock gone back")
                    .isZero();
        }
    }

    @Test
    void aSweepMeetsEveryFlowOnceARoundAndCostsWhatItIsTold() {
        for (int i = 0; i < 100; i++) {
            FlowKey.numbered(1, i).insertInto(table, 1, 0);
        }
        for (int slot = 0; slot < 100; slot += 3) {
            table.remove(slot);
        }
        var met = new ArrayList<Integer>();
        for (int call = 0; call < 10; call++) {
            int before = met.size();
            table.sweep(10, met::add);
            assertThat(met.size() - before).isBetween(1, 10);
        }
        assertThat(met).doesNotHaveDuplicates().hasSize(66);
        assertThat(met).allMatch(slot -> slot % 3 != 0);
        met.clear();
        table.sweep(1_000_000, met::add);
        assertThat(met).as("more than a round").doesNotHaveDuplicates().hasSize(66);
        table.sweep(100, table::remove);
        assertThat(table.size()).isZero();
        table.sweep(100, NOBODY::evicted);
        new FlowTable(Arena.ofAuto(), FlowBounds.of(1), 1, NOBODY).sweep(10, NOBODY::evicted);
    }

    @Test
    void theFlowsOfADeviceCanBeWalkedAndRemoved() {
        for (int i = 0; i < 30; i++) {
            FlowKey.numbered(i % 3, i).insertInto(table, i % 3, 0);
        }
        var met = new TreeSet<Integer>();
        int slot = table.first(1);
        while (slot != FlowTable.NONE) {
            met.add(slot);
            assertThat(records.device(slot)).isEqualTo(1);
            int next = table.next(slot);
            table.remove(slot);
            slot = next;
        }
        assertThat(met).hasSize(10);
        assertThat(table.first(1)).isEqualTo(FlowTable.NONE);
        assertThat(table.size(1)).isZero();
        assertThat(table.size()).isEqualTo(20);
        assertThat(table.first(Limits.MAX_PEERS - 1)).isEqualTo(FlowTable.NONE);
    }

    @Test
    void refusesDevicesOutOfRangeAndStaysWhole() {
        for (int device : new int[] {-1, Limits.MAX_PEERS, Integer.MAX_VALUE}) {
            assertThatThrownBy(() -> FlowKey.numbered(0, 1).insertInto(table, device, 0))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(table.size()).isZero();
        int slot = FlowKey.numbered(0, 1).insertInto(table, Limits.MAX_PEERS - 1, 0);
        assertThat(records.device(slot)).isEqualTo(Limits.MAX_PEERS - 1);
        assertThat(table.size(Limits.MAX_PEERS - 1)).isEqualTo(1);
    }

    @Test
    void refusesBoundsOutOfRange() {
        assertThatThrownBy(() -> FlowBounds.of(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> FlowBounds.of(Limits.LARGEST_FLOWS + 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new FlowBounds(1, 0, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new FlowBounds(1, 1, -1)).isInstanceOf(IllegalArgumentException.class);
    }

    /// Capacities around powers of two: slot and tag share four bytes.
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 8, 9, 1023, 1024, 1025})
    void holdsWhatItIsMadeFor(int capacity) {
        FlowTable small = new FlowTable(Arena.ofAuto(), new FlowBounds(capacity, capacity, SECOND), 1, NOBODY);
        for (int i = 0; i < capacity; i++) {
            assertThat(FlowKey.numbered(1, i).insertInto(small, 1, 0)).isEqualTo(i);
        }
        assertThat(FlowKey.numbered(1, capacity).insertInto(small, 1, 0)).isEqualTo(FlowTable.NONE);
        assertThat(small.size()).isEqualTo(capacity);
        for (int i = 0; i < capacity; i++) {
            assertThat(FlowKey.numbered(1, i).findIn(small)).isEqualTo(i);
        }
        assertThat(FlowKey.numbered(1, capacity).findIn(small)).isEqualTo(FlowTable.NONE);
    }

    /// Else a table that is used after the closing of its arena would read memory of others.
    @Test
    void memoryThatEndsWithItsArenaIsRefused() {
        try (Arena confined = Arena.ofConfined()) {
            assertThatIllegalArgumentException().isThrownBy(() -> new FlowTable(confined, FlowBounds.of(1), 1, NOBODY));
        }
    }

    @Test
    void aSlotOutsideTheTableIsRefused() {
        for (int slot : new int[] {-1, 1000, Integer.MAX_VALUE}) {
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> table.records().isLive(slot));
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> table.records().state(slot, 1));
        }
    }

    @Test
    void aFlowCosts128Bytes() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        RecordingArena memory = new RecordingArena();
        long before = threads.getCurrentThreadAllocatedBytes();
        FlowTable large = new FlowTable(memory, FlowBounds.of(Limits.FLOWS), 1, NOBODY);
        long bytes = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(large.size()).isZero();
        bytes += memory.segments().stream().mapToLong(MemorySegment::byteSize).sum();
        assertThat((double) bytes / Limits.FLOWS).isBetween(128.0, 128.5); // and what does not grow with the flows
    }
}
