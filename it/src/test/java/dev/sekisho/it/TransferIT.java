package dev.sekisho.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.it.lab.Child;
import dev.sekisho.it.lab.Namespace;
import dev.sekisho.it.lab.Outcome;
import dev.sekisho.it.lab.Pair;
import dev.sekisho.it.lab.Ping;
import dev.sekisho.it.lab.Traffic;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Bytes through the tunnel, compared one by one: TCP both ways at once, UDP and ping with the sizes around the MTU.
@NeedsNetns
@ParameterizedClass
@EnumSource(
        value = Pairing.class,
        names = {"SUBJECT_LEFT", "SUBJECT_BOTH"})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TransferIT {
    private static final String PORT = "5201";
    /// Room for a tunnel of MTU 1500 without fragments outside: 1500 + 80, and some.
    private static final int WIDE_CABLE = 1600;

    @Parameter
    private Pairing pairing = Pairing.SUBJECT_LEFT;

    private final List<Child> servers = new ArrayList<>();
    private Pair pair;

    @BeforeAll
    void start() {
        pair = pairing.start(WIDE_CABLE);
        pair.left().up(Pair.USUAL_MTU);
        pair.right().up(Pair.USUAL_MTU);
        pair.acquaint();
        pair.awaitPing();
        for (Namespace side : List.of(pair.netns().left(), pair.netns().right())) {
            servers.add(Traffic.serve(side, "tcp-serve", "::", PORT));
            servers.add(Traffic.serve(side, "udp-serve", "::", PORT));
        }
    }

    @AfterAll
    void stop() {
        servers.forEach(Child::close);
        pair.close();
    }

    @ParameterizedTest(name = "{0} bytes each way, from the left: {1}, IPv6 inside: {2}")
    @CsvSource({
        "65536,   true,  false",
        "65536,   false, false",
        "65536,   true,  true",
        "65536,   false, true",
        "1048577, true,  false",
        "1048577, false, true",
        "8388608, true,  false",
        "8388608, false, false",
        "8388608, true,  true",
        "8388608, false, true"
    })
    void tcpArrivesByteForByte(long bytes, boolean fromLeft, boolean inner6) {
        tunnelMtu(Pair.USUAL_MTU);

        assertThat(transfer(bytes, fromLeft, inner6).text().strip()).isEqualTo("ok " + bytes);
    }

    @ParameterizedTest(name = "tunnel MTU {0}")
    @ValueSource(ints = {1280, 1420, 1500})
    void tcpArrivesWithAnyMtu(int mtu) {
        tunnelMtu(mtu);

        assertThat(transfer(1 << 20, true, false).text().strip()).isEqualTo("ok " + (1 << 20));
        assertThat(transfer(1 << 20, false, true).text().strip()).isEqualTo("ok " + (1 << 20));
    }

    @ParameterizedTest(name = "tunnel MTU {0}, from the left: {1}, IPv6 inside: {2}")
    @CsvSource({
        "1280, true, false", "1280, false, true",
        "1420, true, true", "1420, false, false",
        "1500, true, false", "1500, false, true"
    })
    void udpArrivesInEverySizeAroundTheMtu(int mtu, boolean fromLeft, boolean inner6) {
        tunnelMtu(mtu);
        int fits = mtu - (inner6 ? 48 : 28);

        Outcome outcome = Traffic.in(
                        from(fromLeft),
                        "udp",
                        address(fromLeft, inner6),
                        PORT,
                        "8,9,15,16,17,31,64,100,512,1000," + (fits - 17) + "," + (fits - 16) + "," + (fits - 1) + ","
                                + fits + "," + (fits + 1) + ",3000,9000",
                        "340",
                        "8",
                        "0")
                .run();

        assertThat(outcome.text().strip()).startsWith("sent 340 echoed 340 wrong 0");
    }

    @ParameterizedTest(name = "tunnel MTU {0}, from the left: {1}")
    @CsvSource({"1280, true", "1280, false", "1420, true", "1420, false", "1500, true", "1500, false"})
    void pingFillsTheMtuExactly(int mtu, boolean fromLeft) {
        tunnelMtu(mtu);
        Namespace from = from(fromLeft);

        assertThat(answers(from, address(fromLeft, false), mtu - 28)).isTrue();
        assertThat(answers(from, address(fromLeft, true), mtu - 48)).isTrue();
        assertThat(answers(from, address(fromLeft, false), mtu - 27)).isFalse();
        assertThat(answers(from, address(fromLeft, false), 0)).isTrue();
    }

    /// The tunnel promises more than the cable holds, so the outside packets travel in fragments.
    @ParameterizedTest(name = "from the left: {0}")
    @ValueSource(booleans = {true, false})
    void tcpArrivesThroughACableNarrowerThanTheTunnel(boolean fromLeft) {
        tunnelMtu(1500);
        cableMtu(1400);
        try {
            assertThat(transfer(1 << 20, fromLeft, false).text().strip()).isEqualTo("ok " + (1 << 20));
        } finally {
            cableMtu(WIDE_CABLE);
        }
    }

    private static boolean answers(Namespace from, String to, int size) {
        return Ping.run(from, to, 1, 1, "-M", "do", "-s", Integer.toString(size))
                        .received()
                == 1;
    }

    private Outcome transfer(long bytes, boolean fromLeft, boolean inner6) {
        return Traffic.in(from(fromLeft), "tcp", address(fromLeft, inner6), PORT, Long.toString(bytes), "0")
                .run();
    }

    private Namespace from(boolean fromLeft) {
        return fromLeft ? pair.netns().left() : pair.netns().right();
    }

    private String address(boolean fromLeft, boolean inner6) {
        Namespace to = from(!fromLeft);
        return inner6 ? to.inner6() : to.inner4();
    }

    private void tunnelMtu(int mtu) {
        pair.left().mtu(mtu);
        pair.right().mtu(mtu);
    }

    private void cableMtu(int mtu) {
        for (Namespace side : List.of(pair.netns().left(), pair.netns().right())) {
            side.ip("link", "set", Namespace.CABLE, "mtu", Integer.toString(mtu))
                    .orThrow();
        }
    }
}
