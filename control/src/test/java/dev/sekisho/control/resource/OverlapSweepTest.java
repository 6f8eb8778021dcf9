package dev.sekisho.control.resource;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.PortSet;
import dev.sekisho.policy.Transport;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("R09")
class OverlapSweepTest {
    private static final int ALL = Integer.MAX_VALUE;
    private static final List<Transport> TRANSPORTS = List.of(Transport.TCP, Transport.UDP, Transport.BOTH);

    private static Resource.Spot spot(String id, String cidr, String ports, Transport transport) {
        return new Resource.Spot(
                id, "r" + id, new Resource.Target(Cidr.parse(cidr), PortSet.parse(ports), transport, false));
    }

    private static List<Resource.Spot> sorted(List<Resource.Spot> spots) {
        return spots.stream()
                .sorted(Comparator.comparing(
                                (Resource.Spot spot) -> spot.target().sortKey())
                        .thenComparing(Resource.Spot::id))
                .toList();
    }

    private static String text(List<OverlapSweep.Pair> pairs) {
        return pairs.stream()
                .map(pair -> pair.outer().id() + "-" + pair.inner().id())
                .collect(Collectors.joining(" "));
    }

    /// Few blocks and ports, so that much overlaps.
    private static List<Resource.Spot> random(Random dice) {
        List<Resource.Spot> spots = new ArrayList<>();
        for (int i = dice.nextInt(30); i > 0; i--) {
            String cidr = dice.nextInt(5) == 0
                    ? "fd00::/" + (8 + 8 * dice.nextInt(4))
                    : "10." + dice.nextInt(2) + "." + dice.nextInt(2) + ".0/" + (8 + 8 * dice.nextInt(4));
            int first = dice.nextInt(6);
            String ports = dice.nextInt(8) == 0
                    ? "*"
                    : first + "-" + (first + dice.nextInt(3)) + (dice.nextBoolean() ? "," + (9 + dice.nextInt(3)) : "");
            spots.add(spot("s" + i, cidr, ports, TRANSPORTS.get(dice.nextInt(3))));
        }
        return sorted(spots);
    }

    private static List<OverlapSweep.Pair> byComparingAll(List<Resource.Spot> spots) {
        List<OverlapSweep.Pair> pairs = new ArrayList<>();
        for (int inner = 0; inner < spots.size(); inner++) {
            for (int outer = 0; outer < inner; outer++) {
                if (ResourceHints.overlap(
                        spots.get(outer).target(), spots.get(inner).target())) {
                    pairs.add(new OverlapSweep.Pair(spots.get(outer), spots.get(inner)));
                }
            }
        }
        return pairs;
    }

    @Test
    void itFindsWhatComparingAllWithAllFinds() {
        for (int seed = 0; seed < 2_000; seed++) {
            List<Resource.Spot> spots = random(new Random(seed));
            List<OverlapSweep.Pair> wanted = byComparingAll(spots);
            OverlapSweep.Found found = OverlapSweep.find(spots, Optional.empty(), ALL, ALL);
            assertThat(found.pairs()).as("seed " + seed).isEqualTo(wanted);
            assertThat(found.total()).as("seed " + seed).isEqualTo(wanted.size());
            assertThat(found.pairs())
                    .allSatisfy(pair -> assertThat(pair.ports().toString()).isNotEmpty());
        }
    }

    @Test
    void pagesHaveNoGapsAndNoRepeats() {
        for (int seed = 0; seed < 300; seed++) {
            List<Resource.Spot> spots = random(new Random(seed));
            List<OverlapSweep.Pair> all = byComparingAll(spots);
            List<OverlapSweep.Pair> read = new ArrayList<>();
            Optional<OverlapSweep.Place> after = Optional.empty();
            List<OverlapSweep.Pair> page;
            do {
                OverlapSweep.Found found = OverlapSweep.find(spots, after, 3, 5);
                assertThat(found.total()).as("seed " + seed).isEqualTo(Math.min(5, all.size()));
                page = found.pairs();
                read.addAll(page);
                after = page.isEmpty()
                        ? after
                        : Optional.of(OverlapSweep.Place.parse(
                                OverlapSweep.Place.of(page.getLast()).text()));
            } while (!page.isEmpty() && read.size() <= all.size());
            assertThat(read).as("seed " + seed).isEqualTo(all);
        }
    }

    @Test
    void thoseOfOneAreThoseOfAllInWhichItIs() {
        for (int seed = 0; seed < 300; seed++) {
            List<Resource.Spot> spots = random(new Random(seed));
            for (Resource.Spot one : spots) {
                List<OverlapSweep.Pair> wanted = byComparingAll(spots).stream()
                        .filter(pair -> pair.outer().id().equals(one.id())
                                || pair.inner().id().equals(one.id()))
                        .toList();
                OverlapSweep.Found found = OverlapSweep.of(spots, one.id(), Optional.empty(), ALL);
                assertThat(found.pairs()).as("seed " + seed).isEqualTo(wanted);
                if (wanted.size() > 1) {
                    Optional<OverlapSweep.Place> after = Optional.of(OverlapSweep.Place.of(wanted.getFirst()));
                    assertThat(OverlapSweep.of(spots, one.id(), after, ALL).pairs())
                            .isEqualTo(wanted.subList(1, wanted.size()));
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "10.0.0.0/8; 20-30; TCP;  10.1.0.0/16; 22,443; BOTH; 22; tcp",
                "10.0.0.0/8; 53; BOTH;    10.0.0.0/8; *; BOTH; 53; both",
                "10.0.0.0/8; 0,22; TCP;   10.0.0.1/32; 0,22; UDP; 0; ping",
                "fd00::/8; 0-5; UDP;      fd00::1/128; 3; UDP; 3; udp"
            })
    void whatIsSharedIsTold(
            String cidr,
            String ports,
            Transport one,
            String inner,
            String more,
            Transport other,
            String shared,
            String by) {
        OverlapSweep.Pair pair = new OverlapSweep.Pair(spot("a", cidr, ports, one), spot("b", inner, more, other));
        assertThat(pair.ports()).hasToString(shared);
        assertThat(pair.transport()).isEqualTo(by);
    }

    /// Compared all with all these would be 1.25 thousand million comparisons and not one pair.
    @Test
    @Timeout(60)
    void fiftyThousandAtOneAddressWithPortsOfTheirOwnTakeNoTime() {
        List<Resource.Spot> spots = new ArrayList<>();
        for (int i = 0; i < 50_000; i++) {
            spots.add(spot(String.valueOf(i), "10.0.0.1/32", String.valueOf(i + 1), Transport.BOTH));
        }
        List<Resource.Spot> all = sorted(spots);
        assertThat(OverlapSweep.find(all, Optional.empty(), 100, 10_000).total())
                .isZero();
        List<Resource.Spot> more = new ArrayList<>(all);
        more.add(spot("wide", "10.0.0.0/8", "7,9-10", Transport.TCP));
        assertThat(text(OverlapSweep.find(sorted(more), Optional.empty(), 100, 10_000)
                        .pairs()))
                .isEqualTo("wide-6 wide-8 wide-9");
    }

    /// Nearly all pairs overlap; a page and a bounded count are all that is looked for.
    @Test
    @Timeout(60)
    void fiftyThousandThatAllOverlapAreCountedUpToALimit() {
        List<Resource.Spot> spots = new ArrayList<>();
        for (int i = 0; i < 50_000; i++) {
            spots.add(spot(String.valueOf(100_000 + i), "10.0.0.1/32", "443", Transport.TCP));
        }
        OverlapSweep.Found found = OverlapSweep.find(spots, Optional.empty(), 100, 10_000);
        assertThat(found.pairs()).hasSize(100);
        assertThat(found.total()).isEqualTo(10_000);
        Optional<OverlapSweep.Place> far =
                Optional.of(OverlapSweep.Place.of(new OverlapSweep.Pair(spots.get(49_997), spots.get(49_998))));
        assertThat(text(OverlapSweep.find(spots, far, 2, 10_000).pairs())).isEqualTo("100000-149999 100001-149999");
    }
}
