package dev.sekisho.policy.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.GrantId;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.UserId;
import dev.sekisho.policy.compile.NaivePolicy.Answer;
import dev.sekisho.policy.compile.NaivePolicy.Packet;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// A hundred thousand random changes of a policy, each compiled from the difference, whole, and not at all
/// ([NaivePolicy]): all three give the same answers for the same reasons, and snapshots of before still give theirs.
/// `-Dpolicy.seed=` runs one seed, `-Dpolicy.seeds=` more of them.
class IncrementalOracleTest {
    private static final int SEEDS = 100;
    private static final int CHANGES = 1_000;
    private static final int QUESTIONS = 4;

    /// Changes after which an old snapshot is given up for the present one.
    private static final int OLD = 20;

    private long parts;
    private long refused;
    private long granted;
    private long steps;

    @Test
    void agreesWithAWholeCompilationAndTheOracleAfterEveryChange() {
        Long single = Long.getLong("policy.seed");
        LongStream seeds = single != null
                ? LongStream.of(single)
                : LongStream.rangeClosed(1, Integer.getInteger("policy.seeds", SEEDS));
        seeds.forEach(seed -> {
            try {
                run(new SplittableRandom(seed * 0x9e3779b97f4a7c15L));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + " fails; run it alone with -Dpolicy.seed=" + seed, e);
            }
        });
        if (single == null && Integer.getInteger("policy.seeds") == null) {
            assertThat(parts).isGreaterThanOrEqualTo(100_000);
            assertThat(refused).as("policies with problems").isGreaterThan(10_000);
            assertThat(granted).isGreaterThan(20_000);
            assertThat(steps).as("reasons").isGreaterThan(100_000);
        }
    }

    private void run(SplittableRandom random) {
        RandomPolicies world = new RandomPolicies(random);
        RandomChanges changes = new RandomChanges(random, world);
        IncrementalCompiler compiler = new IncrementalCompiler();
        Policy last = world.policy();
        changes.back(last);
        PolicySnapshot old = compiler.compile(last);
        for (int i = 0; compiler.parts() < CHANGES; i++) {
            Policy next = changes.next();
            PolicySnapshot whole;
            try {
                whole = PolicyCompiler.compile(next);
            } catch (PolicyException e) {
                assertThat(catchThrowableOfType(PolicyException.class, () -> compiler.compile(next))
                                .problems())
                        .isEqualTo(e.problems());
                changes.back(last);
                refused++;
                continue;
            }
            PolicySnapshot step = compiler.compile(next);
            assertThat(step.policy()).isSameAs(next);
            NaivePolicy oracle = new NaivePolicy(next);
            for (int question = 0; question < QUESTIONS; question++) {
                ask(oracle, step, whole, world, random);
            }
            ask(new NaivePolicy(old.policy()), old, PolicyCompiler.compile(old.policy()), world, random);
            withdraw(step, whole, world, random);
            old = i % OLD == 0 ? step : old;
            last = next;
        }
        parts += compiler.parts();
    }

    private void ask(
            NaivePolicy oracle,
            PolicySnapshot step,
            PolicySnapshot whole,
            RandomPolicies world,
            SplittableRandom random) {
        Packet packet = world.packet();
        Instant at = world.moment();
        Decision ofStep = new Decision();
        Decision ofWhole = new Decision();
        if (random.nextInt(4) == 0) {
            InetAddress source = world.address();
            decideFromNetwork(step, source, packet, at, ofStep);
            decideFromNetwork(whole, source, packet, at, ofWhole);
            agree(ofStep, ofWhole, oracle.fromNetwork(source, packet, at));
            Instant later = later(ofStep, at, random);
            assertThat(oracle.fromNetwork(source, packet, later)).isEqualTo(Answer.of(ofStep));
            return;
        }
        UserId user = new UserId("u" + random.nextInt(RandomPolicies.USERS + 3));
        decide(step, user, packet, at, ofStep);
        decide(whole, user, packet, at, ofWhole);
        agree(ofStep, ofWhole, oracle.forUser(user.name(), packet, at));
        assertThat(oracle.forUser(user.name(), packet, later(ofStep, at, random)))
                .isEqualTo(Answer.of(ofStep));
        Explanation why = explain(step, user, packet, at);
        Explanation expected = explain(whole, user, packet, at);
        assertThat(reasons(why)).isEqualTo(reasons(expected));
        steps += why.steps().size();
    }

    /// Until when it holds is left out: of two promises that are kept both are right.
    private static List<String> reasons(Explanation why) {
        List<String> reasons = new ArrayList<>();
        reasons.add(why.verdict().replaceFirst("; this may change at .*", ""));
        why.steps().forEach(step -> reasons.add(step.effect() + " " + step.via() + " " + step.sentence()));
        return reasons;
    }

    /// A moment until which an answer is promised.
    private static Instant later(Decision decision, Instant at, SplittableRandom random) {
        long left = decision.validUntilEpochSecond() - at.getEpochSecond();
        return at.plusSeconds(random.nextLong(Math.min(left, 20 * 86_400)));
    }

    private void agree(Decision step, Decision whole, Answer oracle) {
        if (!Answer.of(step).equals(oracle)) {
            assertThat(Answer.of(step)).isEqualTo(oracle);
        }
        if (!Answer.of(step).equals(Answer.of(whole))) {
            assertThat(Answer.of(step)).isEqualTo(Answer.of(whole));
        }
        assertThat(step.validUntilEpochSecond() == Long.MAX_VALUE)
                .isEqualTo(whole.validUntilEpochSecond() == Long.MAX_VALUE);
        granted += step.granted() ? 1 : 0;
    }

    /// Grants that are taken away ahead of the next policy.
    private void withdraw(PolicySnapshot step, PolicySnapshot whole, RandomPolicies world, SplittableRandom random) {
        if (random.nextInt(8) != 0) {
            return;
        }
        Set<GrantId> some = step.policy().grants().stream()
                .filter(grant -> random.nextInt(3) == 0)
                .map(grant -> grant.id())
                .collect(Collectors.toSet());
        Policy left = new Policy(
                step.version(),
                step.policy().roles(),
                step.policy().users(),
                step.policy().resources(),
                step.policy().grants().stream()
                        .filter(grant -> !some.contains(grant.id()))
                        .toList(),
                step.policy().handOffs());
        ask(new NaivePolicy(left), step.without(some), whole.without(some), world, random);
    }

    private static void decide(PolicySnapshot snapshot, UserId user, Packet packet, Instant at, Decision into) {
        Cidr to = host(packet.destination());
        snapshot.decide(
                snapshot.userIndex(user),
                to.high(),
                to.low(),
                packet.protocol(),
                packet.port(),
                at.getEpochSecond(),
                into);
    }

    private static void decideFromNetwork(
            PolicySnapshot snapshot, InetAddress source, Packet packet, Instant at, Decision into) {
        Cidr from = host(source);
        Cidr to = host(packet.destination());
        snapshot.decideFromNetwork(
                from.high(),
                from.low(),
                to.high(),
                to.low(),
                packet.protocol(),
                packet.port(),
                at.getEpochSecond(),
                into);
    }

    private static Explanation explain(PolicySnapshot snapshot, UserId user, Packet packet, Instant at) {
        Cidr to = host(packet.destination());
        return snapshot.explain(user, to.high(), to.low(), packet.protocol(), packet.port(), at);
    }

    private static Cidr host(InetAddress address) {
        return Cidr.of(address, 8 * address.getAddress().length);
    }
}
