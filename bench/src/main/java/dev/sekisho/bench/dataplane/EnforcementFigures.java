package dev.sekisho.bench.dataplane;

import dev.sekisho.dataplane.flow.Checkpoint;
import dev.sekisho.dataplane.flow.Enforcement;
import dev.sekisho.dataplane.wire.TcpView;
import dev.sekisho.policy.Policy;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Locale;

/// How long it takes from a new policy to the end of the last of 100,000 live TCP flows that it no longer allows, when
/// it takes the grants of all devices or of one. Between the steps packets are served, so the longest step is how long
/// a packet may wait. What ends a connection at both ends is built, but not sealed.
final class EnforcementFigures {
    private static final int FLOWS = 100_000;
    private static final int ROUNDS = 6;
    private static final int PORTS_FROM = 1024;
    private static final double MILLI = 1e6;

    private final Arena arena = Arena.ofAuto();
    private final CheckpointSite site = new CheckpointSite(arena);
    private final Checkpoint checkpoint = site.checkpoint;
    private final long nowNanos = CheckpointSite.START_NANOS;
    private long longestNanos;

    private EnforcementFigures() {}

    static void print() {
        Policy before = CheckpointSite.policy(0);
        for (int firstUser : new int[] {CheckpointSite.DEVICES, 1}) {
            double best = Double.MAX_VALUE;
            double longest = Double.MAX_VALUE;
            for (int round = 0; round < ROUNDS; round++) {
                EnforcementFigures figures = new EnforcementFigures();
                best = Math.min(best, figures.measure(before, CheckpointSite.policy(firstUser)) / MILLI);
                longest = Math.min(longest, figures.longestNanos / MILLI);
            }
            System.out.printf(
                    Locale.ROOT,
                    "enforce: %d flows, %d users lose their grant: last flow cut after %.1f ms, longest step %.2f ms%n",
                    FLOWS,
                    firstUser,
                    best,
                    longest);
        }
    }

    private long measure(Policy before, Policy after) {
        checkpoint.enforce(nowNanos, site.enforcement(before));
        open();
        Enforcement next = site.enforcement(after);
        long start = System.nanoTime();
        checkpoint.enforce(nowNanos, next);
        long last = System.nanoTime();
        int flows = checkpoint.flowCount();
        while (checkpoint.nextDeadlineNanos() <= nowNanos) {
            long step = System.nanoTime();
            checkpoint.onTimeout(nowNanos);
            long now = System.nanoTime();
            longestNanos = Math.max(longestNanos, now - step);
            last = checkpoint.flowCount() < flows ? now : last;
            flows = checkpoint.flowCount();
        }
        CheckpointSite.require(flows < FLOWS);
        return last - start;
    }

    private void open() {
        MemorySegment memory = arena.allocate(TestPacket.BYTES, TestPacket.STRIDE);
        for (int number = 0; number < FLOWS; number++) {
            TestPacket flow = new TestPacket(true, TcpView.PROTOCOL, PORTS_FROM + number / CheckpointSite.DEVICES, 443);
            site.open(nowNanos, number % CheckpointSite.DEVICES, flow, memory, 0);
        }
        CheckpointSite.require(checkpoint.flowCount() == FLOWS);
    }
}
