package dev.sekisho.control.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.policy.DeviceId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Pages of a ranking, read in its order, against a plain sort of all devices.
@Timeout(60)
class RankingTest {
    private final SplittableRandom random = new SplittableRandom(23);
    private int reads;

    /// A database of some devices.
    private Ranking.Source source(List<DeviceStore.Named> all, boolean descending) {
        Comparator<DeviceStore.Named> byId = Comparator.comparing(DeviceStore.Named::id);
        return new Ranking.Source() {
            @Override
            public List<DeviceStore.Named> named(List<DeviceId> names) {
                reads++;
                return all.stream()
                        .filter(named -> names.contains(named.name()))
                        .toList();
            }

            @Override
            public List<DeviceStore.Named> next(Optional<String> after, int most) {
                reads++;
                return all.stream()
                        .filter(named -> after.isEmpty()
                                || (descending
                                        ? named.id().compareTo(after.get()) < 0
                                        : named.id().compareTo(after.get()) > 0))
                        .sorted(descending ? byId.reversed() : byId)
                        .limit(most)
                        .toList();
            }
        };
    }

    private List<DeviceStore.Named> devices(int count) {
        List<DeviceStore.Named> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            // Names are in another order than identities.
            all.add(new DeviceStore.Named("id%04d".formatted(i), new DeviceId("user/" + (i * 7919 % 10007))));
        }
        return all;
    }

    /// What the data plane knows: many have the same number, some are not in the database any more.
    private Map<DeviceId, Long> ranks(List<DeviceStore.Named> all, int inHundred) {
        Map<DeviceId, Long> ranks = new HashMap<>();
        all.stream()
                .filter(_ -> random.nextInt(100) < inHundred)
                .forEach(named -> ranks.put(named.name(), 1L + random.nextInt(30)));
        for (int i = 0; i < 20; i++) {
            ranks.put(new DeviceId("gone/" + i), 1L + random.nextInt(30));
        }
        return ranks;
    }

    @Test
    void allPagesTogetherAreASortOfAllDevices() {
        for (int round = 0; round < 60; round++) {
            boolean descending = random.nextBoolean();
            List<DeviceStore.Named> all = devices(random.nextInt(200));
            Ranking ranking = new Ranking(ranks(all, random.nextInt(101)), descending);
            int most = 1 + random.nextInt(60);
            List<String> walked = new ArrayList<>();
            Optional<Ranking.Place> after = Optional.empty();
            while (true) {
                Optional<Ranking.Place> from = after;
                List<Ranking.Ranked> sorted = ranking.behind(from, all, most);
                ranking.walk(from, source(all, descending), most)
                        .ifPresent(found -> assertThat(found).isEqualTo(sorted));
                if (sorted.isEmpty()) {
                    break;
                }
                sorted.forEach(ranked -> walked.add(ranked.id()));
                after = Optional.of(Ranking.Place.parse(sorted.getLast().place().cursor()));
            }
            assertThat(walked).containsExactlyElementsOf(plain(all, ranking));
        }
    }

    private static List<String> plain(List<DeviceStore.Named> all, Ranking ranking) {
        Comparator<DeviceStore.Named> order = Comparator.comparingLong(
                        (DeviceStore.Named named) -> ranking.ranks().getOrDefault(named.name(), 0L))
                .thenComparing(named ->
                        ranking.ranks().containsKey(named.name()) ? named.name().name() : named.id());
        return all.stream()
                .sorted(ranking.descending() ? order.reversed() : order)
                .map(DeviceStore.Named::id)
                .toList();
    }

    @Test
    void aPageOfManyDevicesTakesAFewReads() {
        List<DeviceStore.Named> all = devices(5_000);
        for (int inHundred : new int[] {0, 10, 50}) {
            for (boolean descending : new boolean[] {true, false}) {
                Ranking ranking = new Ranking(ranks(all, inHundred), descending);
                reads = 0;
                assertThat(ranking.walk(Optional.empty(), source(all, descending), 51))
                        .hasValue(ranking.behind(Optional.empty(), all, 51));
                assertThat(reads).isLessThanOrEqualTo(2);
            }
        }
    }

    @Test
    void whoAreHardlyWantedAreNotReadForEver() {
        List<DeviceStore.Named> all = devices(5_000);
        Ranking ranking = new Ranking(ranks(all, 100), true);
        List<DeviceStore.Named> wanted = List.of(all.getFirst(), all.getLast());
        assertThat(ranking.walk(Optional.empty(), source(wanted, true), 51)).isEmpty();
        assertThat(ranking.behind(Optional.empty(), wanted, 51)).hasSize(2);
    }
}
