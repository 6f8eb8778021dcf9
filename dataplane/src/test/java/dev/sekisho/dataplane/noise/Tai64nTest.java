package dev.sekisho.dataplane.noise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.dataplane.testkit.Seeds;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class Tai64nTest {
    private static final long SECOND = 1_000_000_000L;

    private final SplittableRandom random = Seeds.random();

    @Test
    void labelsTheEpoch() {
        assertThat(HexFormat.of().formatHex(Tai64n.of(0).bytes())).isEqualTo("400000000000000a00000000");
        assertThat(HexFormat.of().formatHex(Tai64n.of(-1).bytes())).isEqualTo("40000000000000093b000000");
    }

    @Test
    void roundsDownToAGrainOfTime() {
        assertThat(Tai64n.of(16_777_215)).isEqualTo(Tai64n.of(0));
        assertThat(Tai64n.of(16_777_216)).isGreaterThan(Tai64n.of(0));
        assertThat(Tai64n.of(SECOND - 1).nanos()).isLessThan((int) SECOND);
    }

    @Test
    void tellsFiftyInitiationsASecondApart() {
        for (int i = 0; i < 50; i++) {
            assertThat(Tai64n.of((i + 1) * SECOND / 50)).isGreaterThan(Tai64n.of(i * SECOND / 50));
        }
    }

    @Test
    void growsWhateverTheClockDoes() {
        long wall = 1_800_000_000L * SECOND;
        Tai64n last = Tai64n.ZERO;
        for (int i = 0; i < 10_000; i++) {
            wall += random.nextLong(-3 * SECOND, 3 * SECOND) / (1 + random.nextInt(1000));
            Tai64n next = last.next(wall);
            assertThat(next).isGreaterThan(last);
            assertThat(next.nanos()).isBetween(0, (int) SECOND - 1);
            assertThat(next.nanos() % (1 << 24)).isZero();
            last = next;
        }
    }

    @Test
    void ordersAsTheBytesOnTheWireDo() {
        for (int i = 0; i < 10_000; i++) {
            byte[] a = new byte[Tai64n.BYTES];
            byte[] b = new byte[Tai64n.BYTES];
            random.nextBytes(a);
            random.nextBytes(b);
            int common = random.nextInt(Tai64n.BYTES + 1);
            System.arraycopy(a, 0, b, 0, common);
            int expected = Integer.signum(Arrays.compareUnsigned(a, b));
            assertThat(Integer.signum(Tai64n.read(a, 0).compareTo(Tai64n.read(b, 0))))
                    .isEqualTo(expected);
            assertThat(Tai64n.read(a, 0).bytes()).isEqualTo(a);
        }
    }
}
