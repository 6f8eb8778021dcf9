package dev.sekisho.dataplane.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.dataplane.testkit.Seeds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DestinationIndexTest {
    private record Key(int device, long high, long low, int port) {}

    @Test
    void agreesWithAMapAndAListPerDevice() {
        Seeds.forEach(40, seed -> {
            SplittableRandom random = Seeds.random(seed);
            // Odd bounds as well: the arrays need not be powers of two.
            int maximum = random.nextInt(1, 300);
            int universe = random.nextInt(2, 12);
            DestinationIndex index = new DestinationIndex(random.nextLong(), maximum);
            Map<Key, Integer> slots = new HashMap<>();
            Map<Integer, List<Key>> order = new HashMap<>();
            for (int i = 0; i < 5_000; i++) {
                Key key = new Key(
                        random.nextInt(universe),
                        random.nextInt(2),
                        random.nextInt(universe),
                        random.nextInt(-1, universe));
                List<Key> ofDevice = order.computeIfAbsent(key.device, d -> new ArrayList<>());
                Integer known = slots.get(key);
                int found = index.find(key.device, key.high, key.low, key.port);
                assertThat(found).isEqualTo(known == null ? DestinationIndex.NONE : known);
                if (known == null) {
                    assertThat(index.isFull()).isEqualTo(slots.size() == maximum);
                    int slot = index.add(key.device, key.high, key.low, key.port);
                    assertThat(slot).isLessThan(maximum);
                    if (slots.size() == maximum) {
                        assertThat(slot).isEqualTo(DestinationIndex.NONE);
                    } else {
                        assertThat(slots).doesNotContainValue(slot);
                        slots.put(key, slot);
                        ofDevice.add(key);
                    }
                } else if (random.nextInt(3) == 0) {
                    index.toNewest(known);
                    ofDevice.remove(key);
                    ofDevice.add(key);
                } else {
                    index.remove(known);
                    slots.remove(key);
                    ofDevice.remove(key);
                }
                assertThat(order(index, key.device)).isEqualTo(ofDevice);
                assertThat(index.count(key.device)).isEqualTo(ofDevice.size());
                assertThat(index.size()).isEqualTo(slots.size());
            }
        });
    }

    @Test
    void aRetiredSlotIsNotGivenAgain() {
        DestinationIndex index = new DestinationIndex(1, 2);
        int first = index.add(0, 0, 1, 1);
        index.retire(first);
        assertThat(index.holds(first)).isFalse();
        int second = index.add(0, 0, 1, 1);
        assertThat(second).isNotEqualTo(first);
        assertThat(index.isFull()).isTrue();
        assertThat(index.size()).isOne();
        index.remove(second);
        assertThat(index.add(5, 0, 1, 1)).isEqualTo(second);
    }

    /// What a device can choose: addresses and ports in step, one of them alone, high bits alone.
    @ParameterizedTest
    @CsvSource({
        "0, 0, 1, 1",
        "0, 0, 1, 0",
        "0, 0, 0, 1",
        "0, 1, 0, 0",
        "1, 0, 0, 0",
        "0, 1, 1, 1",
        "1, 0, 0, 1",
        "0, 0, 4294967296, 0",
        "0, 4294967296, 0, 1",
        "0, 0, 65536, 1",
        "0, 0, 256, 256"
    })
    void regularKeysDoNotCluster(int device, long high, long low, int port) {
        for (long seed : new long[] {0, 1, -1, 42, Seeds.random().nextLong()}) {
            DestinationIndex index = new DestinationIndex(seed, 1001);
            for (int i = 0; i < 1001; i++) {
                index.add(device * i, high * i, low * i, port * i);
            }
            assertThat(index.longestProbe()).as("seed %d", seed).isLessThan(100);
        }
    }

    private static List<Key> order(DestinationIndex index, int device) {
        List<Key> keys = new ArrayList<>();
        for (int slot = index.oldest(device); slot != DestinationIndex.NONE; slot = index.newer(slot)) {
            assertThat(index.holds(slot)).isTrue();
            keys.add(new Key(index.device(slot), index.high(slot), index.low(slot), index.port(slot)));
        }
        return keys;
    }
}
