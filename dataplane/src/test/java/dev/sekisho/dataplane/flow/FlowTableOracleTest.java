package dev.sekisho.dataplane.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.dataplane.testkit.Seeds;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The table against a map and the rules of fairness said in plain words, by random operations on few keys in small
/// tables, where flows meet, collide and push each other all the time.
class FlowTableOracleTest {
    private static final long SECOND = 1_000_000_000L;

    /// As many flows as the table looks at: among so few it must choose exactly.
    private static final int LOOKED_AT = 8;

    private static final int OPERATIONS = 20_000;

    @Test
    void agreesWithAMap() {
        Seeds.forEach(100, seed -> new Run(seed).run(OPERATIONS));
    }

    private static final class Flow {
        private final int slot;
        private final int device;
        private final long id;
        private long seen;
        private long bytes;

        Flow(int slot, int device, long id, long now) {
            this.slot = slot;
            this.device = device;
            this.id = id;
            this.seen = now;
        }
    }

    private static final class Run {
        private final SplittableRandom random;
        private final Map<FlowKey, Flow> flows = new HashMap<>();
        private final List<FlowKey> evicted = new ArrayList<>();
        private final FlowBounds bounds;
        private final int devices;
        private final FlowTable table;
        private final FlowRecords records;

        /// Whole ticks, as the table keeps time.
        private long now;

        Run(long seed) {
            random = Seeds.random(seed);
            devices = 1 + random.nextInt(12);
            int capacity = 1 + random.nextInt(80);
            bounds = new FlowBounds(capacity, 1 + random.nextInt(capacity), random.nextInt(20) * SECOND);
            table = new FlowTable(Arena.ofAuto(), bounds, seed, this::evicted);
            records = table.records();
        }

        private void evicted(int slot) {
            evicted.add(FlowKey.of(records, slot));
        }

        void run(int operations) {
            for (int i = 0; i < operations; i++) {
                now += random.nextInt(100) * (1L << FlowRecords.TICK_SHIFT) / 8;
                now = now >> FlowRecords.TICK_SHIFT << FlowRecords.TICK_SHIFT;
                int device = random.nextInt(devices);
                FlowKey key = FlowKey.oneOfFew(device, random);
                switch (random.nextInt(10)) {
                    case 0, 1, 2, 3, 4 -> packet(key, device);
                    case 5, 6, 7 -> find(key);
                    case 8 -> remove(key);
                    default -> sweep();
                }
                if (i % 500 == 0) {
                    compareAll();
                }
            }
            compareAll();
        }

        /// As the packet path does: find, else insert.
        private void packet(FlowKey key, int device) {
            Flow flow = find(key);
            if (flow != null) {
                flow.seen = now;
                records.seen(flow.slot, now);
                long bytes = random.nextInt(1500);
                flow.bytes += bytes;
                records.addToTarget(flow.slot, bytes, 1);
                return;
            }
            evicted.clear();
            int slot = key.insertInto(table, device, now);
            settleEviction(device, slot != FlowTable.NONE);
            if (slot != FlowTable.NONE) {
                flows.put(key, new Flow(slot, device, records.id(slot), now));
            }
        }

        private void settleEviction(int device, boolean accepted) {
            int count = count(device);
            boolean full = flows.size() == bounds.capacity();
            if (count < bounds.perDevice() && !full) {
                assertThat(accepted).isTrue();
                assertThat(evicted).isEmpty();
                return;
            }
            int sharers = devicesWithFlows() + (count == 0 ? 1 : 0);
            int share = bounds.capacity() / sharers;
            if (count < bounds.perDevice() && count < share) {
                assertThat(accepted).as("below its share").isTrue();
                Flow victim = onlyVictim();
                assertThat(count(victim.device)).as("who has most").isEqualTo(most());
                assertThat(count(victim.device)).as("beyond the share").isGreaterThan(share);
                List<Flow> rest = flowsOf(victim.device);
                if (rest.size() <= LOOKED_AT) {
                    assertThat(idle(victim)).isEqualTo(longestIdle(rest));
                }
                flows.remove(evicted.getFirst());
            } else if (accepted) {
                Flow victim = onlyVictim();
                assertThat(victim.device).isEqualTo(device);
                assertThat(idle(victim)).isGreaterThanOrEqualTo(replaceable());
                flows.remove(evicted.getFirst());
            } else {
                assertThat(evicted).isEmpty();
                List<Flow> own = flowsOf(device);
                if (own.size() <= LOOKED_AT) {
                    assertThat(own).allMatch(flow -> idle(flow) < replaceable());
                } else {
                    assertThat(own).anyMatch(flow -> idle(flow) < replaceable());
                }
            }
        }

        private Flow onlyVictim() {
            assertThat(evicted).hasSize(1);
            Flow victim = flows.get(evicted.getFirst());
            return Objects.requireNonNull(victim);
        }

        private @Nullable Flow find(FlowKey key) {
            Flow flow = flows.get(key);
            assertThat(key.findIn(table)).isEqualTo(flow == null ? FlowTable.NONE : flow.slot);
            return flow;
        }

        private void remove(FlowKey key) {
            Flow flow = flows.remove(key);
            if (flow != null) {
                assertThat(table.remove(flow.slot)).isTrue();
                assertThat(table.remove(flow.slot)).isFalse();
            }
        }

        private void sweep() {
            table.sweep(1 + random.nextInt(10), slot -> {
                FlowKey key = FlowKey.of(records, slot);
                assertThat(flows).containsKey(key);
                if (random.nextInt(8) == 0) {
                    remove(key);
                }
            });
        }

        private void compareAll() {
            assertThat(table.size()).isEqualTo(flows.size());
            flows.forEach((key, flow) -> {
                assertThat(key.findIn(table)).isEqualTo(flow.slot);
                assertThat(records.isLive(flow.slot, flow.id)).isTrue();
                assertThat(records.device(flow.slot)).isEqualTo(flow.device);
                assertThat(records.bytesToTarget(flow.slot)).isEqualTo(flow.bytes);
                assertThat(records.idleNanos(flow.slot, now)).isEqualTo(idle(flow));
            });
            Set<Integer> slots = new HashSet<>();
            table.sweep(bounds.capacity(), slots::add);
            assertThat(slots).hasSize(flows.size());
            for (int device = 0; device < devices; device++) {
                compareList(device);
            }
        }

        private void compareList(int device) {
            List<Integer> listed = new ArrayList<>();
            for (int slot = table.first(device); slot != FlowTable.NONE; slot = table.next(slot)) {
                listed.add(slot);
            }
            List<Integer> expected =
                    flowsOf(device).stream().map(flow -> flow.slot).toList();
            assertThat(listed).containsExactlyInAnyOrderElementsOf(expected);
            assertThat(table.size(device)).isEqualTo(expected.size());
        }

        private List<Flow> flowsOf(int device) {
            return flows.values().stream().filter(flow -> flow.device == device).toList();
        }

        private int count(int device) {
            return flowsOf(device).size();
        }

        private int devicesWithFlows() {
            return (int) flows.values().stream()
                    .mapToInt(flow -> flow.device)
                    .distinct()
                    .count();
        }

        private int most() {
            int most = 0;
            for (int device = 0; device < devices; device++) {
                most = Math.max(most, count(device));
            }
            return most;
        }

        private long idle(Flow flow) {
            return now - flow.seen;
        }

        private long longestIdle(Collection<Flow> among) {
            return among.stream().mapToLong(this::idle).max().orElseThrow();
        }

        /// In whole ticks, as the table compares.
        private long replaceable() {
            return (long) FlowRecords.ticks(bounds.replaceableAfterNanos()) << FlowRecords.TICK_SHIFT;
        }
    }
}
