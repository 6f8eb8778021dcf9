package dev.sekisho.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PortSetTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "22; 22",
                "0; 0",
                "65535; 65535",
                "*; *",
                "' * '; *",
                "0-65535; *",
                "0,1-65535; *",
                "1-65535; 1-65535",
                "22,80,443,5600-5609; 22,80,443,5600-5609",
                "443, 80 ,22; 22,80,443",
                "5 - 7; 5-7",
                "5,6,7; 5-7",
                "1-10,3-4,8-12,13; 1-13",
                "7-7; 7",
                "80,80; 80",
            })
    void readsAndPrintsTheCanonicalForm(String text, String canonical) {
        assertThat(PortSet.parse(text)).hasToString(canonical);
        assertThat(PortSet.parse(canonical)).isEqualTo(PortSet.parse(text)).hasSameHashCodeAs(PortSet.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                ",",
                "22,",
                ",22",
                "22,,80",
                "+22",
                "-22",
                "22-",
                "1-2-3",
                "9-8",
                "65536",
                "0-65536",
                "99999",
                "100000",
                "4294967318",
                "022",
                "00",
                "0x16",
                "2 2",
                "22\n",
                "22\t",
                "\u00a022",
                "\uff12\uff12",
                "\u0662",
                "22;80",
                "ssh",
                "**",
                "*,22",
                "22.0",
                "1e3",
                "22\u0000"
            })
    void refusesWhatIsNotAListOfPorts(String text) {
        assertThatThrownBy(() -> PortSet.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("port");
    }

    @Test
    void saysWhichPartIsWrong() {
        assertThatThrownBy(() -> PortSet.parse("22,80,x443")).hasMessageContaining("'x443'");
        assertThatThrownBy(() -> PortSet.parse("22,90-80")).hasMessageContaining("'90-80' ends before it begins");
    }

    @Test
    void pingIsPortZero() {
        assertThat(PortSet.ALL.containsPing()).isTrue();
        assertThat(PortSet.parse("0,22").containsPing()).isTrue();
        assertThat(PortSet.parse("1-65535").containsPing()).isFalse();
        assertThat(PortSet.parse("1-65535").isAll()).isFalse();
    }

    @Test
    void noNumberOutsideTheRangeIsAPort() {
        assertThat(PortSet.ALL.contains(-1)).isFalse();
        assertThat(PortSet.ALL.contains(65536)).isFalse();
    }

    @Test
    void agreesWithASetOfBits() {
        SplittableRandom random = new SplittableRandom(Long.getLong("policy.seed", 1));
        for (int round = 0; round < 300; round++) {
            BitSet bits = new BitSet();
            BitSet otherBits = new BitSet();
            PortSet set = PortSet.parse(randomText(random, bits));
            PortSet other = PortSet.parse(randomText(random, otherBits));
            assertThat(PortSet.parse(set.toString())).isEqualTo(set);
            assertSame(set, bits);
            assertThat(set.containsAll(other)).isEqualTo(containsAll(bits, otherBits));
            assertThat(set.union(other).containsAll(other)).isTrue();
            bits.or(otherBits);
            assertSame(set.union(other), bits);
        }
    }

    private static String randomText(SplittableRandom random, BitSet bits) {
        List<String> parts = new ArrayList<>();
        int width = random.nextBoolean() ? 20 : 65536;
        int count = 1 + random.nextInt(6);
        for (int i = 0; i < count; i++) {
            int first = random.nextInt(width);
            int last = random.nextBoolean() ? first : first + random.nextInt(width - first);
            bits.set(first, last + 1);
            parts.add(first == last && random.nextBoolean() ? "" + first : first + "-" + last);
        }
        return String.join(",", parts);
    }

    private static void assertSame(PortSet set, BitSet bits) {
        BitSet found = new BitSet();
        for (int port = 0; port <= 65535; port++) {
            found.set(port, set.contains(port));
        }
        assertThat(found).isEqualTo(bits);
        int[] ranges = set.ranges();
        BitSet listed = new BitSet();
        for (int i = 0; i < ranges.length; i += 2) {
            listed.set(ranges[i], ranges[i + 1] + 1);
        }
        assertThat(listed).isEqualTo(bits);
        assertThat(set.containsPing()).isEqualTo(bits.get(0));
        assertThat(set.isAll()).isEqualTo(bits.cardinality() == 65536);
    }

    private static boolean containsAll(BitSet set, BitSet other) {
        BitSet missing = (BitSet) other.clone();
        missing.andNot(set);
        return missing.isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "22,80; 443; ''",
                "*; 22,80-90; 22,80-90",
                "1-10,20-30,50; 5-25,50-60; 5-10,20-25,50",
                "0,22; 0; 0",
                "1-5; 5-9; 5",
                "1-4,6-9; 5; ''",
                "1-100; 2,4,6-8,100-200; 2,4,6-8,100"
            })
    void theIntersectionHasWhatIsInBoth(String one, String other, String both) {
        PortSet first = PortSet.parse(one);
        PortSet second = PortSet.parse(other);
        assertThat(first.intersection(second).map(PortSet::toString).orElse("")).isEqualTo(both);
        assertThat(second.intersection(first)).isEqualTo(first.intersection(second));
    }
}
