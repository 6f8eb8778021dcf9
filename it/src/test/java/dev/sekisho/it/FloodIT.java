package dev.sekisho.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.it.lab.Child;
import dev.sekisho.it.lab.Pair;
import dev.sekisho.it.lab.Traffic;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Far more handshakes than anyone could answer, from addresses beside the honest peer's.
@NeedsNetns
class FloodIT {
    private static final String PER_SECOND = "20000";
    private static final String SECONDS = "12";
    private static final Pattern REPORT = Pattern.compile("sent (\\d+) cookies (\\d+) responses (\\d+)");

    @Test
    void aPeerStillShakesHandsDuringAHandshakeFlood() {
        try (Pair pair = Pair.start(1500, Subject.implementation(), Subject.counterpart())) {
            pair.left().up(Pair.USUAL_MTU).accept(pair.right());
            pair.right().up(Pair.USUAL_MTU);
            try (Child flood = startFlood(pair)) {
                pair.right().call(pair.left(), pair.left().endpoint4());

                Pair.awaitPing(pair.netns().right(), pair.netns().left().inner4());

                assertThat(flood.isAlive()).as("the flood goes on").isTrue();
                Matcher report =
                        REPORT.matcher(flood.awaitEnd(Duration.ofSeconds(40)).text());
                assertThat(report.find()).isTrue();
                assertThat(Long.parseLong(report.group(2))).as("cookie replies").isPositive();
                assertThat(report.group(3))
                        .as("responses to forged initiations")
                        .isEqualTo("0");
            }
            assertThat(pair.left().process().isAlive()).isTrue();
            assertThat(pair.left().peers()).hasSize(1);
            Pair.awaitPing(pair.netns().left(), pair.netns().right().inner4());
        }
    }

    private static Child startFlood(Pair pair) {
        String sources = "198.18.0.101,198.18.0.102,198.18.0.103,198.18.0.104";
        for (String source : sources.split(",", -1)) {
            pair.netns().right().addCableAddress(source + "/24");
        }
        return Traffic.in(
                        pair.netns().right(),
                        "flood",
                        pair.netns().left().outer4(),
                        "51820",
                        pair.left().keys().publicKey(),
                        sources,
                        PER_SECOND,
                        SECONDS)
                .start()
                .awaitOutput("flooding", Duration.ofSeconds(20));
    }
}
