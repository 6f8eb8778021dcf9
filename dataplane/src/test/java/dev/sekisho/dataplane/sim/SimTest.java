package dev.sekisho.dataplane.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.dataplane.engine.DropReason;
import dev.sekisho.dataplane.noise.HandshakeDrop;
import dev.sekisho.dataplane.testkit.Seeds;
import org.junit.jupiter.api.Test;

class SimTest {
    private static final int RUNS = 60;
    private static final int TRANSITIONS = 80;

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
