package dev.sekisho.policy.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.UserId;
import dev.sekisho.policy.compile.NaivePolicy.Answer;
import dev.sekisho.policy.compile.NaivePolicy.Packet;
import java.net.InetAddress;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// A million random (policy, packet, time) cases in which the snapshot and [NaivePolicy] agree, and each
/// answer stands until the second that it names. `-Dpolicy.seed=` runs one seed, `-Dpolicy.seeds=` more
/// of them.
class PolicyOracleTest {
    private static final int SEEDS = 100;
    private static final int POLICIES = 25;
    private static final int QUESTIONS = 400;
    private static final int MAX_WAIT_SECONDS = 20 * 86_400;

    private final Map<DenyReason, Integer> refusals = new EnumMap<>(DenyReason.class);
    private int granted;
    private int handedOff;
    private int changed;

    @Test
    void agreesWithTheOracleOnAMillionCases() {
        Long single = Long.getLong("policy.seed");
        LongStream seeds = single != null
                ? LongStream.of(single)
                : LongStream.rangeClosed(1, Integer.getInteger("policy.seeds", SEEDS));
        seeds.forEach(seed -> {
            try {
                run(seed);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + " fails; run it alone with -Dpolicy.seed=" + seed, e);
            }
        });
        if (single == null) {
            assertTheCasesWereInteresting();
        }
    }

    private void run(long seed) {
        SplittableRandom random = new SplittableRandom(seed * 0x9e3779b97f4a7c15L);
        RandomPolicies world = new RandomPolicies(random);
        for (int i = 0; i < POLICIES; i++) {
            Policy policy = world.policy();
            NaivePolicy oracle = new NaivePolicy(policy);
            PolicySnapshot snapshot = PolicyCompiler.compile(policy);
            for (int question = 0; question < QUESTIONS; question++) {
                ask(oracle, snapshot, world, random);
            }
        }
    }

    private void ask(NaivePolicy oracle, PolicySnapshot snapshot, RandomPolicies world, SplittableRandom random) {
        Packet packet = world.packet();
        Instant at = world.moment();
        boolean network = random.nextInt(4) == 0;
        InetAddress source = world.address();
        String user = "u" + random.nextInt(RandomPolicies.USERS + 1);
        Decision decision = decide(snapshot, network, source, user, packet, at);
        long second = at.getEpochSecond();
        Answer expected = answer(oracle, network, source, user, packet, at);
        if (!Answer.of(decision).equals(expected)) {
            assertThat(Answer.of(decision))
                    .as("%s to %s at %s in %s", network ? source : user, packet, at, snapshot.policy())
                    .isEqualTo(expected);
        }
        long until = decision.validUntilEpochSecond();
        assertThat(until).isGreaterThan(second);
        boolean changes = until != Long.MAX_VALUE;
        long wait = changes ? until - second : MAX_WAIT_SECONDS;
        Instant later = at.plusSeconds(random.nextBoolean() ? wait - 1 : random.nextLong(wait));
        Answer then = answer(oracle, network, source, user, packet, later);
        if (!then.equals(expected)) {
            assertThat(then)
                    .as("%s to %s at %s, promised at %s, in %s", user, packet, later, at, snapshot.policy())
                    .isEqualTo(expected);
        }
        Instant end = at.plusSeconds(wait);
        Answer atItsEnd = answer(oracle, network, source, user, packet, end);
        Answer found = Answer.of(decide(snapshot, network, source, user, packet, end));
        if (!found.equals(atItsEnd)) {
            assertThat(found)
                    .as("%s to %s in the second %s, in %s", user, packet, end, snapshot.policy())
                    .isEqualTo(atItsEnd);
        }
        count(expected, changes && !atItsEnd.equals(expected));
    }

    private static Decision decide(
            PolicySnapshot snapshot, boolean network, InetAddress source, String user, Packet packet, Instant at) {
        Decision decision = new Decision();
        Cidr to = Cidr.of(packet.destination(), 8 * packet.destination().getAddress().length);
        long second = at.getEpochSecond();
        if (network) {
            Cidr from = Cidr.of(source, 8 * source.getAddress().length);
            snapshot.decideFromNetwork(
                    from.high(), from.low(), to.high(), to.low(), packet.protocol(), packet.port(), second, decision);
        } else {
            int index = snapshot.userIndex(new UserId(user));
            snapshot.decide(index, to.high(), to.low(), packet.protocol(), packet.port(), second, decision);
        }
        return decision;
    }

    private static Answer answer(
            NaivePolicy oracle, boolean network, InetAddress source, String user, Packet packet, Instant at) {
        return network ? oracle.fromNetwork(source, packet, at) : oracle.forUser(user, packet, at);
    }

    private void count(Answer answer, boolean changes) {
        answer.denial().ifPresentOrElse(reason -> refusals.merge(reason, 1, Integer::sum), () -> granted++);
        handedOff += answer.handedOff() ? 1 : 0;
        changed += changes ? 1 : 0;
    }

    private void assertTheCasesWereInteresting() {
        for (DenyReason reason : DenyReason.values()) {
            assertThat(refusals)
                    .as("refusals")
                    .hasEntrySatisfying(reason, count -> assertThat(count).isGreaterThan(5_000));
        }
        assertThat(granted).isGreaterThan(100_000);
        assertThat(handedOff).isGreaterThan(10_000);
        assertThat(changed).as("answers that changed when they said").isGreaterThan(10_000);
    }
}
