package dev.sekisho.control.simulate;

import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.device.Device;
import dev.sekisho.control.device.Devices;
import dev.sekisho.control.flows.RecordedFlows;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.control.web.Problem;
import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.compile.PolicyException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/// Says what a draft would do. One at a time: it takes a processor and the memory of two policies. Thread-safe.
public final class Simulations {
    private final UnitOfWork work;
    private final PolicyMaterial.Sources sources;
    private final Devices devices;
    private final RecordedFlows flows;
    private final Clocks clocks;
    private final Semaphore turn = new Semaphore(1);

    /// The time, and how much of it there is.
    ///
    /// @param wall what time it is
    /// @param nanos never jumps
    /// @param forReach after which the comparison ends with what it has
    /// @param forFlows the same for the flows
    public record Clocks(InstantSource wall, LongSupplier nanos, Duration forReach, Duration forFlows) {
        /// What holds in a server.
        public static Clocks of(InstantSource wall) {
            return new Clocks(wall, System::nanoTime, Duration.ofSeconds(5), Duration.ofSeconds(15));
        }
    }

    public Simulations(
            UnitOfWork work, PolicyMaterial.Sources sources, Devices devices, RecordedFlows flows, Clocks clocks) {
        this.work = work;
        this.sources = sources;
        this.devices = devices;
        this.flows = flows;
        this.clocks = clocks;
    }

    /// What a draft would do.
    ///
    /// @param at as of when
    /// @param since the first moment of the flows; empty = none were looked at
    record Outcome(
            Instant at, ReachDifference.Found reach, Optional<Instant> since, Optional<FlowReplay.Found> flows) {}

    private record Both(PolicyMaterial before, PolicyMaterial after, Set<Cidr> devices) {}

    /// Looks at a draft.
    ///
    /// @param days how far back flows are looked at; 0 = not at all
    /// @throws Problem 400, 404, 409 as saving it would, 429 when another is under way
    Outcome run(PolicyDraft draft, int days) {
        if (!turn.tryAcquire()) {
            throw Problem.tooMany("another simulation is under way: try again in a moment");
        }
        try {
            Instant now = clocks.wall().instant();
            return run(draft, now, days);
        } finally {
            turn.release();
        }
    }

    private Outcome run(PolicyDraft draft, Instant now, int days) {
        Both both = work.read(transaction -> read(transaction, draft));
        Instant since = now.minus(Duration.ofDays(days));
        // Grants that ended within the days count for the flows of before their end.
        PolicyPair pair = compiled(both.before().policy(since), both.after().policy(since));
        ReachDifference.Found reach = new ReachDifference(pair, now, deadline(clocks.forReach())).find();
        if (days == 0) {
            return new Outcome(now, reach, Optional.empty(), Optional.empty());
        }
        FlowReplay replay = new FlowReplay(pair, both.devices()::contains, deadline(clocks.forFlows()));
        boolean all = flows.newestFirst(since, now, replay);
        return new Outcome(now, reach, Optional.of(since), Optional.of(replay.found(all)));
    }

    private Both read(Transaction transaction, PolicyDraft draft) {
        PolicyMaterial before = PolicyMaterial.read(transaction, sources);
        PolicyMaterial after = draft.over(before, transaction, sources);
        Set<Cidr> addresses = new HashSet<>();
        for (Device device : devices.all(transaction)) {
            addresses.addAll(device.addresses());
        }
        return new Both(before, after, addresses);
    }

    private static PolicyPair compiled(Policy before, Policy after) {
        try {
            return PolicyPair.of(before, after);
        } catch (PolicyException e) {
            throw Problem.conflict("the policy would not fit together: " + String.join("; ", first(e.problems())));
        }
    }

    private static List<String> first(List<String> problems) {
        return problems.subList(0, Math.min(3, problems.size()));
    }

    private BooleanSupplier deadline(Duration time) {
        long start = clocks.nanos().getAsLong();
        return () -> clocks.nanos().getAsLong() - start > time.toNanos();
    }
}
