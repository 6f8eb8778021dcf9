package dev.sekisho.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.it.lab.Await;
import dev.sekisho.it.lab.Child;
import dev.sekisho.it.lab.Namespace;
import dev.sekisho.it.lab.Outcome;
import dev.sekisho.it.lab.Pair;
import dev.sekisho.it.lab.Traffic;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The right side moves while traffic goes on; the left follows it. The subject is either of them, or both.
@NeedsNetns
class RoamingIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String PORT = "5201";
    private static final long BYTES = 8 << 20;

    /// Debian's wireguard-go of 2022 keeps sending from the address that is gone, so only the subject moves this way.
    @ParameterizedTest
    @EnumSource(
            value = Pairing.class,
            names = {"SUBJECT_RIGHT", "SUBJECT_BOTH"})
    void aTransferSurvivesAChangeOfAddress(Pairing pairing) {
        try (Pair pair = pairing.connected();
                Child _ = Traffic.serve(pair.netns().left(), "tcp-serve", "0.0.0.0", PORT);
                Child transfer = pacedTransfer(pair)) {
            awaitHalf(pair);

            moveRight(pair);

            Outcome outcome = transfer.awaitEnd(LIMIT);
            assertThat(outcome.text().strip()).isEqualTo("ok " + BYTES);
            assertThat(endpointOfRight(pair)).isEqualTo("198.18.0.12:51820");
        }
    }

    @ParameterizedTest
    @EnumSource(Pairing.class)
    void aTransferSurvivesAChangeOfPort(Pairing pairing) {
        try (Pair pair = pairing.connected();
                Child _ = Traffic.serve(pair.netns().left(), "tcp-serve", "0.0.0.0", PORT);
                Child transfer = pacedTransfer(pair)) {
            awaitHalf(pair);

            pair.right().wg("set", "listen-port", "51999");

            assertThat(transfer.awaitEnd(LIMIT).text().strip()).isEqualTo("ok " + BYTES);
            assertThat(endpointOfRight(pair)).isEqualTo("198.18.0.2:51999");
        }
    }

    @ParameterizedTest
    @EnumSource(Pairing.class)
    void aTransferSurvivesAChangeOfFamily(Pairing pairing) {
        try (Pair pair = pairing.connected();
                Child _ = Traffic.serve(pair.netns().left(), "tcp-serve", "0.0.0.0", PORT);
                Child transfer = pacedTransfer(pair)) {
            awaitHalf(pair);

            // Without its old address nothing calls it back to the old family, but for what its socket still holds.
            pair.netns().right().removeCableAddress(pair.netns().right().outer4() + "/24");
            Await.until("the left follows", LIMIT, () -> {
                pair.right().call(pair.left(), pair.left().endpoint6());
                return endpointOfRight(pair).equals(pair.right().endpoint6());
            });

            assertThat(transfer.awaitEnd(LIMIT).text().strip()).isEqualTo("ok " + BYTES);
            assertThat(endpointOfRight(pair)).isEqualTo(pair.right().endpoint6());
        }
    }

    @Test
    void pingGoesOnAfterBothHaveMoved() {
        try (Pair pair = Pairing.SUBJECT_BOTH.connected()) {
            Namespace left = pair.netns().left();
            Namespace right = pair.netns().right();

            moveRight(pair);
            Pair.awaitPing(right, left.inner4());
            left.addCableAddress("198.18.0.11/24");
            left.removeCableAddress(left.outer4() + "/24");
            Pair.awaitPing(left, right.inner4());

            assertThat(endpointOfRight(pair)).isEqualTo("198.18.0.12:51820");
            assertThat(pair.right().stateOf(pair.left()).endpoint()).isEqualTo("198.18.0.11:51820");
            Pair.awaitPing(right, left.inner4());
        }
    }

    /// The side that moves is the one that sends all the time: the other can follow only what it hears.
    private static Child pacedTransfer(Pair pair) {
        return Traffic.in(
                        pair.netns().right(),
                        "tcp",
                        pair.netns().left().inner4(),
                        PORT,
                        Long.toString(BYTES),
                        Long.toString(BYTES / 4))
                .start();
    }

    private static void awaitHalf(Pair pair) {
        Await.until(
                "half of the transfer",
                LIMIT,
                () -> pair.left().stateOf(pair.right()).receivedBytes() > BYTES / 2);
    }

    private static String endpointOfRight(Pair pair) {
        return pair.left().stateOf(pair.right()).endpoint();
    }

    private static void moveRight(Pair pair) {
        Namespace right = pair.netns().right();
        right.addCableAddress("198.18.0.12/24");
        right.removeCableAddress(right.outer4() + "/24");
    }
}
