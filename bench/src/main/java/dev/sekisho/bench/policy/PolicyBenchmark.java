package dev.sekisho.bench.policy;

import dev.sekisho.policy.compile.PolicyCompiler;
import dev.sekisho.policy.compile.PolicySnapshot;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// One decision of a large policy. What others are granted must not change what it costs.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PolicyBenchmark {
    /// The first so many users are asked about; the grants that are added go to others.
    static final int ASKERS = 1000;

    private static final long SEED = 1;

    private static final Questions NONE_YET = new Questions(
            PolicyCompiler.compile(new LargePolicy(new LargePolicy.Size(1, 10, 1, 0), SEED).policy()),
            0,
            1,
            false,
            SEED);

    /// Grants in all, compared with the site's; the further ones go to users who don't ask.
    @Param({"1", "10"})
    public int timesTheGrants = 1;

    /// How many users ask in turn.
    @Param({"1", "1000"})
    public int askers = 1;

    private Questions granted = NONE_YET;
    private Questions refused = NONE_YET;

    /// For use without JMH.
    public PolicyBenchmark() {}

    /// Compiles the policy and looks for questions.
    @Setup
    public void prepare() {
        LargePolicy policy = new LargePolicy(LargePolicy.Size.SITE, SEED);
        policy.addToUsersFrom(ASKERS, (timesTheGrants - 1) * LargePolicy.Size.SITE.grants());
        PolicySnapshot snapshot = PolicyCompiler.compile(policy.policy());
        granted = new Questions(snapshot, 0, askers, true, SEED);
        refused = new Questions(snapshot, 0, askers, false, SEED);
    }

    /// A question that is granted.
    @Benchmark
    public boolean granted() {
        return granted.ask();
    }

    /// A question that is refused.
    @Benchmark
    public boolean refused() {
        return refused.ask();
    }
}
