package dev.sekisho.dataplane.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.dataplane.engine.DropReason;
import dev.sekisho.dataplane.noise.HandshakeDrop;
import dev.sekisho.dataplane.testkit.Seeds;
import dev.sekisho.dataplane.wire.Endpoint;
import dev.sekisho.dataplane.wire.InitiationView;
import org.junit.jupiter.api.Test;

class SimTest {
    private static final int RUNS = 60;
    private static final int TRANSITIONS = 80;
    private static final long MILLI = 1_000_000L;

    @Test
    void nothingWrongArrivesAndTrafficRecovers() {
        Seeds.of(RUNS).forEach(seed -> new Sim(seed).run(TRANSITIONS));
    }

    @Test
    void oneSeedIsOneStory() {
        assertThat(story(42)).isEqualTo(story(42)).isNotEqualTo(story(43));
    }

    @Test
    void aCalmNetworkLosesNothing() {
        var sim = new Sim(7, SimOptions.CALM);
        sim.send(1, 0, 100);
        sim.advance(SimClock.SECOND);
        for (int i = 0; i < 600; i++) {
            sim.send(1, 0, 1000);
            sim.send(0, 1, 1000);
            sim.advance(SimClock.SECOND);
        }
        assertThat(sim.model().arrivedCount()).isEqualTo(sim.model().sentCount());
    }

    @Test
    void clientsUnderLoadGetInByCookie() {
        var sim = new Sim(8, SimOptions.CALM);
        sim.node(0).underLoad(true);
        long id = sim.send(1, 0, 100);
        sim.advance(12 * SimClock.SECOND);
        assertThat(sim.node(0).handshakeDrops(HandshakeDrop.COOKIE_SENT)).isEqualTo(1);
        assertThat(sim.model().hasArrived(id)).isTrue();
    }

    @Test
    void aMovedClientIsFollowedWithItsFirstPacket() {
        var sim = new Sim(9, SimOptions.CALM);
        sim.send(1, 0, 100);
        sim.advance(SimClock.SECOND);
        sim.apply(new Transition.Roam(1));
        long lost = sim.send(0, 1, 100);
        sim.advance(SimClock.SECOND);
        sim.send(1, 0, 100);
        sim.advance(SimClock.SECOND);
        long found = sim.send(0, 1, 100);
        sim.advance(SimClock.SECOND);
        assertThat(sim.model().hasArrived(lost)).isFalse();
        assertThat(sim.model().hasArrived(found)).isTrue();
    }

    @Test
    void whatIsSentAfterTheEndOfAKeyWaitsForTheNextOne() {
        var sim = new Sim(13, SimOptions.CALM);
        sim.send(1, 0, 100);
        sim.advance(200 * SimClock.SECOND);
        long id = sim.send(0, 1, 100);
        sim.advance(SimClock.SECOND);
        assertThat(sim.model().hasArrived(id)).isTrue();
        assertThat(sim.node(1).engine().drops().count(DropReason.EXPIRED_KEY)).isZero();
    }

    @Test
    void aRepeatedInitiationDoesNotMoveAnybody() {
        var sim = new Sim(15, SimOptions.CALM);
        sim.send(1, 0, 100);
        sim.advance(10 * SimClock.SECOND);
        byte[] initiation = sim.network().recorded();
        while (initiation == null || initiation.length != InitiationView.BYTES) {
            initiation = sim.network().recorded();
        }
        sim.network().inject(Endpoint.parse("203.0.113.9:9"), sim.node(0).address(), initiation);
        sim.advance(SimClock.SECOND);
        assertThat(sim.node(0).handshakeDrops(HandshakeDrop.REPLAYED_INITIATION))
                .isEqualTo(1);
        assertThat(sim.node(0).peer(sim.name(1)).endpoint())
                .isEqualTo(sim.node(1).address());
    }

    @Test
    void whatWaitsIsSentWhenTheOtherSideMakesTheKeys() {
        var sim = new Sim(14, SimOptions.CALM);
        sim.send(1, 0, 100);
        sim.advance(200 * SimClock.SECOND);
        sim.network().sever(sim.node(0).address());
        long id = sim.send(0, 1, 100);
        sim.network().mend();
        sim.node(1).rekey(sim.name(0));
        sim.advance(SimClock.SECOND);
        assertThat(sim.model().hasArrived(id)).isTrue();
    }

    @Test
    void aServerWhoseAnswerIsLostGoesOnUnderTheOldKey() {
        var sim = new Sim(12, SimOptions.CALM);
        sim.send(1, 0, 100);
        sim.advance(10 * SimClock.SECOND);
        sim.node(1).rekey(sim.name(0));
        sim.advance(MILLI);
        sim.network().sever(sim.node(1).address());
        sim.advance(MILLI);
        sim.network().mend();
        assertThat(sim.node(0).peer(sim.name(1)).keypairs().next())
                .as("the server has keys that nobody confirmed")
                .isNotNull();
        long id = sim.send(0, 1, 100);
        sim.advance(10 * MILLI);
        assertThat(sim.model().hasArrived(id)).isTrue();
    }

    @Test
    void aRestartedServerIsFoundAgain() {
        var sim = new Sim(10, SimOptions.CALM);
        sim.send(1, 0, 100);
        sim.advance(SimClock.SECOND);
        sim.apply(new Transition.Restart(0));
        for (int i = 0; i < 16; i++) {
            sim.send(1, 0, 100);
            sim.advance(SimClock.SECOND);
        }
        long id = sim.send(1, 0, 100);
        sim.advance(SimClock.SECOND);
        assertThat(sim.model().hasArrived(id)).isTrue();
        assertThat(sim.node(0).engine().drops().count(DropReason.UNKNOWN_INDEX)).isBetween(14L, 16L);
    }

    @Test
    void aDayOfSilenceCostsNothing() {
        var sim = new Sim(11, SimOptions.CALM);
        sim.send(1, 0, 100);
        sim.advance(86_400 * SimClock.SECOND);
        for (int node = 0; node < 2; node++) {
            assertThat(sim.node(node).peer(sim.name(1 - node)).keypairs().current())
                    .as("keys are wiped")
                    .isNull();
        }
        long sent = sim.node(1).peer(sim.name(0)).sentBytes();
        sim.advance(86_400 * SimClock.SECOND);
        assertThat(sim.node(1).peer(sim.name(0)).sentBytes()).isEqualTo(sent);
        long id = sim.send(0, 1, 100);
        sim.advance(SimClock.SECOND);
        assertThat(sim.model().hasArrived(id)).isTrue();
    }

    private static String story(long seed) {
        var sim = new Sim(seed);
        sim.run(40);
        Model model = sim.model();
        return sim.clock().stamp() + " " + model.sentCount() + " " + model.arrivedCount() + " "
                + sim.node(0).engine().drops().total();
    }
}
