package dev.sekisho.bench.policy;

import dev.sekisho.policy.IpResource;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.compile.Decision;
import dev.sekisho.policy.compile.PolicySnapshot;
import java.util.List;
import java.util.SplittableRandom;

/// Questions to a policy whose answers all are the same kind, in random order. Owner: one thread.
public final class Questions {
    /// Noon on a Monday, in office hours.
    public static final long NOON = 1_772_449_200L;

    private static final int TCP = 6;

    /// More than the fastest cache holds the answers of.
    private static final int COUNT = 1 << 12;

    private static final int[] LIKELY_PORTS = {22, 80, 443, 3389, 5432, 5600};

    private final PolicySnapshot snapshot;
    private final Decision decision = new Decision();
    private final int[] users = new int[COUNT];
    private final long[] high = new long[COUNT];
    private final long[] low = new long[COUNT];
    private final int[] ports = new int[COUNT];
    private int next;

    /// Questions about addresses of the policy's own resources.
    ///
    /// @param firstUser the first of those who ask
    /// @param askers how many ask
    /// @param granted which answer they get
    public Questions(PolicySnapshot snapshot, int firstUser, int askers, boolean granted, long seed) {
        this.snapshot = snapshot;
        SplittableRandom random = new SplittableRandom(seed);
        Policy policy = snapshot.policy();
        List<IpResource> resources = policy.resources();
        for (int i = 0; i < COUNT; ) {
            IpResource resource = resources.get(random.nextInt(resources.size()));
            users[i] = firstUser + random.nextInt(askers);
            high[i] = resource.block().high();
            low[i] = resource.block().low();
            ports[i] = LIKELY_PORTS[random.nextInt(LIKELY_PORTS.length)];
            if (ask(i) == granted) {
                i++;
            }
        }
    }

    /// Asks the next one, and all of them over and over.
    ///
    /// @return whether it was granted
    public boolean ask() {
        next = (next + 1) & (COUNT - 1);
        return ask(next);
    }

    private boolean ask(int number) {
        snapshot.decide(users[number], high[number], low[number], TCP, ports[number], NOON, decision);
        return decision.granted();
    }
}
