package dev.sekisho.dataplane.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.sekisho.dataplane.flow.Challenges.Asked;
import dev.sekisho.dataplane.flow.HeldPackets.Held;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Pins the promise: packets of approved flows, and whatever a device repeats, make no garbage.
@Tag("allocation")
class StateAllocationTest implements Challenges.Listener<String> {
    private static final int ROUND = 10_000;
    private static final int ROUNDS = 300;
    private static final int PORTS = 20;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final MfaSessions sessions = new MfaSessions(MfaRules.DEFAULT, 1);
    private final Challenges<String> challenges = new Challenges<>(MfaRules.DEFAULT, 1, this);
    private final ScanDetector detector = new ScanDetector(ScanRules.DEFAULT, 1);
    private final DenialLog denials = new DenialLog();
    private final HeldPackets held = new HeldPackets(Arena.ofAuto());
    private final MemorySegment packet = Arena.ofAuto().allocate(64);
    private long hits;

    @Override
    public void ended(Challenge<String> challenge, ChallengeOutcome outcome) {}

    @Override
    public void silenced(int device, long untilNanos) {}

    @Test
    void whatIsKnownAllocatesNothing() {
        int session = sessions.open(0, 1, 0, 5, 443);
        challenges.ask(0, 1, 0, 5, 80, "rule", 80, 6);
        long id = challenges.current().id();
        held.offer(id, 1, packet, 0, 64, 9, true, 1);
        for (int port = 0; port < PORTS; port++) {
            detector.observe(0, 1, 0, 5, port);
        }
        long best = Long.MAX_VALUE;
        for (int i = 0; i < ROUNDS && best > 0; i++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int k = 0; k < ROUND; k++) {
                step(i * ROUND + k, session, id);
            }
            best = Math.min(best, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(best).isZero();
        assertThat(hits % (5L * ROUND)).isZero();
        assertThat(hits).isPositive();
    }

    private void step(long now, int session, long id) {
        hits += sessions.touch(session, now) ? 1 : 0;
        hits += sessions.find(now, 1, 0, 5, 443) == session ? 1 : 0;
        hits += challenges.ask(now, 1, 0, 5, 80, "rule", 80, 6) == Asked.ALREADY_OPEN ? 1 : 0;
        hits += held.offer(id, 1, packet, 0, 64, 9, true, 1) == Held.REPEATED ? 1 : 0;
        hits += detector.observe(now, 1, 0, 5, (int) (now % PORTS)) ? 0 : 1;
        denials.admit(now, 1);
    }
}
