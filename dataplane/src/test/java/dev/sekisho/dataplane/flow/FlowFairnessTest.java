package dev.sekisho.dataplane.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.dataplane.Limits;
import dev.sekisho.dataplane.testkit.Seeds;
import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// One device can't take the room of another: threats T25.
class FlowFairnessTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int ATTACKER = 7;
    private static final int OTHERS = 100;
    private static final int FIRST_OTHER = 1000;

    private final Map<Integer, Integer> evictions = new HashMap<>();
    private FlowTable table = table(1);

    private FlowTable table(int capacity) {
        return new FlowTable(Arena.ofAuto(), FlowBounds.of(capacity), 1, this::evicted);
    }

    private void evicted(int slot) {
        evictions.merge(table.records().device(slot), 1, Integer::sum);
    }

    private boolean opens(int device, int number, long now) {
        return FlowKey.numbered(device, number).insertInto(table, device, now) != FlowTable.NONE;
    }

    private void othersOpen(int from, int count, long now) {
        for (int device = FIRST_OTHER; device < FIRST_OTHER + OTHERS; device++) {
            for (int i = from; i < from + count; i++) {
                assertThat(opens(device, i, now))
                        .as("flow %d of device %d", i, device)
                        .isTrue();
            }
        }
    }

    @Test
    void aDeviceThatOpensAMillionFlowsGetsItsLimitAndHarmsNobody() {
        floodBesideOthers(Limits.FLOWS, Limits.FLOWS_PER_DEVICE);
        assertThat(evictions).isEmpty();
    }

    /// A table too small for the flood and the others: the attacker pays for all of it.
    @Test
    void inASmallTableTheFloodYieldsToTheOthers() {
        floodBesideOthers(20_000, 5_000);
        assertThat(evictions).containsOnlyKeys(ATTACKER);
    }

    private void floodBesideOthers(int capacity, int atLeast) {
        table = table(capacity);
        othersOpen(0, 50, 0);
        int accepted = 0;
        for (int i = 0; i < 1_000_000; i++) {
            // Ten seconds in all: the attacker's own flows are not yet replaceable.
            long now = i * 10_000L;
            if (opens(ATTACKER, i, now)) {
                accepted++;
            }
            assertThat(table.size(ATTACKER)).isLessThanOrEqualTo(Limits.FLOWS_PER_DEVICE);
            if (i % 20_000 == 10_000) {
                othersOpen(50 + i / 20_000, 1, now);
            }
        }
        assertThat(accepted).isBetween(atLeast, Limits.FLOWS_PER_DEVICE);
        othersOpen(100, 50, 10 * SECOND);
        for (int device = FIRST_OTHER; device < FIRST_OTHER + OTHERS; device++) {
            assertThat(table.size(device)).isEqualTo(150);
            for (int i = 0; i < 150; i++) {
                assertThat(FlowKey.numbered(device, i).findIn(table)).isNotEqualTo(FlowTable.NONE);
            }
        }
    }

    /// Many attackers that fill the table together still leave every other device its fair share, flow by flow.
    @Test
    void aTableFullOfManyAttackersHasAFairShareForEachNewcomer() {
        int attackers = 20;
        table = table(100_000);
        for (int i = 0; i < 1_000_000; i++) {
            opens(i % attackers, i / attackers, 0);
        }
        assertThat(table.size()).isEqualTo(100_000);
        int share = 100_000 / (attackers + OTHERS);
        othersOpen(0, share, SECOND);
        assertThat(evictions.keySet()).allMatch(device -> device < attackers);
        for (int device = 0; device < attackers; device++) {
            assertThat(table.size(device)).isBetween(share, share + attackers);
        }
        assertThat(opens(FIRST_OTHER, share, SECOND)).as("beyond the share").isFalse();
    }

    /// Random devices of very different hunger: whoever loses a flow to another had more than the share.
    @Test
    void nobodyWithinTheShareLosesAFlowToAnother() {
        SplittableRandom random = Seeds.random();
        int devices = 300;
        int[] inserting = new int[1];
        table = new FlowTable(Arena.ofAuto(), new FlowBounds(5000, 400, 2 * SECOND), 1, slot -> {
            int victim = table.records().device(slot);
            evictions.merge(victim, 1, Integer::sum);
            if (victim != inserting[0]) {
                assertThat(table.size(victim)).isGreaterThan(5000 / devicesWithFlows(devices, inserting[0]));
            }
        });
        int refused = 0;
        for (int i = 0; i < 100_000; i++) {
            int device = (int) (devices * Math.pow(random.nextDouble(), 4));
            inserting[0] = device;
            if (!opens(device, i, i * 100_000L)) {
                refused++;
            }
        }
        assertThat(refused).isPositive();
        assertThat(evictions).hasSizeGreaterThan(10);
    }

    private int devicesWithFlows(int devices, int inserting) {
        int sum = 0;
        for (int device = 0; device < devices; device++) {
            sum += table.size(device) > 0 || device == inserting ? 1 : 0;
        }
        return sum;
    }

    @Test
    void aDeviceAtItsLimitReplacesOnlyWhatIsSilent() {
        table = new FlowTable(Arena.ofAuto(), new FlowBounds(100, 3, 30 * SECOND), 1, this::evicted);
        for (int i = 0; i < 3; i++) {
            assertThat(opens(1, i, 0)).isTrue();
        }
        assertThat(opens(1, 3, 29 * SECOND)).isFalse();
        int busy = FlowKey.numbered(1, 0).findIn(table);
        table.records().seen(busy, 29 * SECOND);
        assertThat(opens(1, 3, 31 * SECOND)).isTrue();
        assertThat(opens(1, 4, 31 * SECOND)).isTrue();
        assertThat(opens(1, 5, 31 * SECOND)).as("all of them are busy").isFalse();
        assertThat(FlowKey.numbered(1, 0).findIn(table)).isEqualTo(busy);
        assertThat(evictions).containsExactly(Map.entry(1, 2));
        assertThat(opens(2, 0, 31 * SECOND)).as("another device").isTrue();
    }

    /// Busy flows at the head of the list don't shield the idle ones far behind them for long.
    @Test
    void idleFlowsAreFoundBehindBusyOnes() {
        table = new FlowTable(Arena.ofAuto(), new FlowBounds(1000, 100, 30 * SECOND), 1, this::evicted);
        for (int i = 0; i < 100; i++) {
            assertThat(opens(1, i, 0)).isTrue();
        }
        for (int i = 0; i < 60; i++) {
            table.records().seen(FlowKey.numbered(1, i).findIn(table), 59 * SECOND);
        }
        int accepted = 0;
        for (int i = 0; i < 100; i++) {
            accepted += opens(1, 100 + i, 60 * SECOND) ? 1 : 0;
        }
        assertThat(accepted).isEqualTo(40);
        for (int i = 0; i < 60; i++) {
            assertThat(FlowKey.numbered(1, i).findIn(table))
                    .as("busy flow %d", i)
                    .isNotEqualTo(FlowTable.NONE);
        }
    }

    /// What a newcomer takes from the hungriest device is a flow not in use, if there is one at hand.
    @Test
    void activeFlowsAreSpared() {
        table = new FlowTable(Arena.ofAuto(), new FlowBounds(8, 8, 30 * SECOND), 1, this::evicted);
        for (int i = 0; i < 8; i++) {
            assertThat(opens(1, i, 0)).isTrue();
        }
        int idle = FlowKey.numbered(1, 5).findIn(table);
        for (int i = 0; i < 8; i++) {
            if (i != 5) {
                table.records().seen(FlowKey.numbered(1, i).findIn(table), 10 * SECOND);
            }
        }
        assertThat(FlowKey.numbered(2, 0).insertInto(table, 2, 10 * SECOND)).isEqualTo(idle);
        assertThat(opens(2, 1, 10 * SECOND)).as("all of them are active").isTrue();
        assertThat(evictions).containsExactly(Map.entry(1, 2));
    }

    /// The record of an evicted flow is whole while its end is told.
    @Test
    void anEvictedFlowCanBeReportedInFull() {
        long[] told = new long[3];
        int[] devicePort = new int[1];
        table = new FlowTable(Arena.ofAuto(), new FlowBounds(1, 1, 0), 1, slot -> {
            FlowRecords records = table.records();
            told[0] = records.id(slot);
            told[1] = records.bytesToTarget(slot);
            told[2] = records.device(slot);
            devicePort[0] = records.ports(slot) >>> 16;
        });
        int slot = FlowKey.tcp4(5, 40_000, 1, 443).insertInto(table, 5, SECOND);
        long id = table.records().id(slot);
        table.records().addToTarget(slot, 1234, 1);
        assertThat(FlowKey.tcp4(5, 40_001, 1, 443).insertInto(table, 5, SECOND)).isEqualTo(slot);
        assertThat(told).containsExactly(id, 1234, 5);
        assertThat(devicePort).containsExactly(40_000);
        assertThat(table.size()).isEqualTo(1);
    }
}
