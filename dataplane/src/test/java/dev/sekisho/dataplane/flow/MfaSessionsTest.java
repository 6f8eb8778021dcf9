package dev.sekisho.dataplane.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.dataplane.Limits;
import dev.sekisho.dataplane.testkit.Seeds;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MfaSessionsTest {
    private static final long SECOND = 1_000_000_000L;
    private static final MfaRules RULES = new MfaRules(900 * SECOND, 0, 180 * SECOND);
    private static final long HOST = 0x0000_ffff_0a00_0105L;

    private final MfaSessions sessions = new MfaSessions(RULES, 1);

    @Test
    void anApprovalLivesAsLongAsTheDeviceUsesIt() {
        int session = sessions.open(0, 1, 0, HOST, 443);
        long now = 0;
        for (int i = 0; i < 100; i++) {
            now += 899 * SECOND;
            assertThat(sessions.touch(session, now)).isTrue();
            assertThat(sessions.find(now, 1, 0, HOST, 443)).isEqualTo(session);
        }
        assertThat(sessions.isFresh(session, now + 900 * SECOND - 1)).isTrue();
        assertThat(sessions.isFresh(session, now + 900 * SECOND)).isFalse();
    }

    @Test
    void lookingAtItDoesNotKeepItAlive() {
        int session = sessions.open(0, 1, 0, HOST, 443);
        for (long now = 0; now < 900 * SECOND; now += 100 * SECOND) {
            assertThat(sessions.isFresh(session, now)).isTrue();
            assertThat(sessions.find(now, 1, 0, HOST, 443)).isEqualTo(session);
        }
        assertThat(sessions.isFresh(session, 900 * SECOND)).isFalse();
        assertThat(sessions.touch(session, 900 * SECOND)).as("it is over").isFalse();
        assertThat(sessions.find(900 * SECOND, 1, 0, HOST, 443)).isEqualTo(MfaSessions.NONE);
        assertThat(sessions.size()).isZero();
    }

    @Test
    void theMaximumAgeEndsOneThatIsInUse() {
        MfaSessions aged = new MfaSessions(new MfaRules(900 * SECOND, 3600 * SECOND, SECOND), 1);
        int session = aged.open(0, 1, 0, HOST, 443);
        for (long now = 0; now < 3600 * SECOND; now += 600 * SECOND) {
            assertThat(aged.touch(session, now)).isTrue();
        }
        assertThat(aged.touch(session, 3600 * SECOND - 1)).isTrue();
        assertThat(aged.touch(session, 3600 * SECOND)).isFalse();
    }

    @Test
    void anotherApprovalStartsTheTimesAnewUnderTheSameNumber() {
        MfaSessions aged = new MfaSessions(new MfaRules(900 * SECOND, 1000 * SECOND, SECOND), 1);
        int session = aged.open(0, 1, 0, HOST, 443);
        assertThat(aged.open(800 * SECOND, 1, 0, HOST, 443)).isEqualTo(session);
        assertThat(aged.isFresh(session, 1600 * SECOND)).isTrue();
        assertThat(aged.open(1700 * SECOND, 1, 0, HOST, 443)).isNotEqualTo(session);
        assertThat(aged.isFresh(session, 1700 * SECOND)).isFalse();
    }

    @Test
    void shorterRulesBiteAtOnceAndLongerOnesReviveNothing() {
        int session = sessions.open(0, 1, 0, HOST, 443);
        int other = sessions.open(200 * SECOND, 2, 0, HOST, 443);
        sessions.rules(300 * SECOND, new MfaRules(250 * SECOND, 0, SECOND));
        assertThat(sessions.isFresh(session, 300 * SECOND)).isFalse();
        assertThat(sessions.isFresh(other, 300 * SECOND)).isTrue();
        sessions.rules(300 * SECOND, RULES);
        assertThat(sessions.isFresh(session, 300 * SECOND)).isFalse();
        assertThat(sessions.isFresh(other, 300 * SECOND)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "1, 443, 0, 443, true",
        "1, 443, 0, 80, false",
        "1, 443, 1, 443, false",
        "2, 443, 0, 443, false",
        "1, -1, 0, -1, true",
        "1, -1, 0, 443, false",
        "1, 443, 0, -1, false"
    })
    void aScopeIsMetExactly(int device, int opened, int hostOffset, int asked, boolean met) {
        int session = sessions.open(0, device, 0, HOST, opened);
        assertThat(sessions.find(0, 1, 0, HOST + hostOffset, asked)).isEqualTo(met ? session : MfaSessions.NONE);
        assertThat(sessions.find(0, 1, 1, HOST + hostOffset, asked)).isEqualTo(MfaSessions.NONE);
    }

    @Test
    void noNumberEverMeansTwoSessions() {
        MfaSessions small = new MfaSessions(RULES, 1, 2, 3);
        Set<Integer> numbers = new HashSet<>();
        for (int i = 0; i < 6; i++) {
            int session = small.open(0, 1, 0, HOST, 443);
            assertThat(session).isNotNegative();
            assertThat(numbers.add(session)).isTrue();
            for (int earlier : numbers) {
                assertThat(small.isFresh(earlier, 0)).isEqualTo(earlier == session);
            }
            small.closeDevice(1);
        }
        assertThatThrownBy(() -> small.open(0, 1, 0, HOST, 443)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void noneIsNeverFresh() {
        for (int device = 0; device < Limits.MFA_SESSIONS; device++) {
            sessions.open(0, device, 0, HOST, 443);
        }
        assertThat(sessions.isFresh(MfaSessions.NONE, 0)).isFalse();
        assertThat(sessions.touch(MfaSessions.NONE, 0)).isFalse();
    }

    @Test
    void aDeviceLosesWhatItUsedLeastRecently() {
        int[] numbers = new int[Limits.MFA_SESSIONS_PER_DEVICE];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = sessions.open(i, 1, 0, HOST, i);
        }
        int other = sessions.open(0, 2, 0, HOST, 443);
        sessions.touch(numbers[0], 5000);
        sessions.open(6000, 1, 0, HOST, 60_000);
        assertThat(sessions.size(1)).isEqualTo(Limits.MFA_SESSIONS_PER_DEVICE);
        assertThat(sessions.isFresh(numbers[0], 6000)).isTrue();
        assertThat(sessions.isFresh(numbers[1], 6000)).isFalse();
        assertThat(sessions.isFresh(other, 6000)).isTrue();
    }

    @Test
    void whenAllIsFullTheStaleGoFirstAndThenOneOfTheDeviceThatHasMost() {
        MfaSessions small = new MfaSessions(RULES, 1, 8, 1000);
        int stale = small.open(0, 1, 0, HOST, 1);
        int[] many = new int[4];
        for (int i = 0; i < many.length; i++) {
            many[i] = small.open(500 * SECOND + i, 2, 0, HOST, i);
        }
        int[] few = new int[3];
        for (int i = 0; i < few.length; i++) {
            few[i] = small.open(501 * SECOND, 3 + i, 0, HOST, 1);
        }
        long now = 1000 * SECOND;
        int first = small.open(now, 9, 0, HOST, 1);
        assertThat(small.isFresh(stale, now)).isFalse();
        assertThat(small.size()).isEqualTo(8);
        small.touch(many[0], now);
        small.open(now, 10, 0, HOST, 1);
        assertThat(small.isFresh(many[0], now)).isTrue();
        assertThat(small.isFresh(many[1], now)).isFalse();
        assertThat(small.isFresh(first, now)).isTrue();
        for (int session : few) {
            assertThat(small.isFresh(session, now)).isTrue();
        }
        assertThat(small.size()).isEqualTo(8);
    }

    @Test
    void agreesWithRecordsInAMap() {
        Seeds.forEach(40, seed -> new Model(Seeds.random(seed)).run(4_000));
    }

    /// What the sessions ought to be: a map of records, and every number that was ever given out.
    private static final class Model {
        private record Scope(int device, long low, int port) {}

        private record Approval(long opened, long used, int number) {}

        private final SplittableRandom random;
        private final MfaSessions sessions;
        private final Map<Scope, Approval> approvals = new HashMap<>();
        private final Map<Integer, Scope> numbers = new HashMap<>();
        private MfaRules rules;
        private long now;

        Model(SplittableRandom random) {
            this.random = random;
            this.now = random.nextLong(-1L << 40, 1L << 40);
            this.rules = randomRules();
            this.sessions = new MfaSessions(rules, random.nextLong());
        }

        void run(int steps) {
            for (int i = 0; i < steps; i++) {
                now += random.nextLong(20);
                step(new Scope(random.nextInt(4), random.nextLong(3), random.nextInt(-1, 3)));
                numbers.forEach((number, scope) ->
                        assertThat(sessions.isFresh(number, now)).isEqualTo(isFresh(scope, number)));
            }
        }

        private void step(Scope scope) {
            Approval approval = approvals.get(scope);
            int known = approval == null || !isFresh(scope, approval.number) ? MfaSessions.NONE : approval.number;
            switch (random.nextInt(16)) {
                case 0, 1, 2 -> {
                    int number = sessions.open(now, scope.device, 0, scope.low, scope.port);
                    if (known != MfaSessions.NONE) {
                        assertThat(number).isEqualTo(known);
                    } else {
                        assertThat(numbers).doesNotContainKey(number);
                    }
                    approvals.put(scope, new Approval(now, now, number));
                    numbers.put(number, scope);
                }
                case 3 -> {
                    sessions.closeDevice(scope.device);
                    approvals.keySet().removeIf(s -> s.device == scope.device);
                }
                case 4 -> {
                    approvals.entrySet().removeIf(e -> !isFresh(e.getKey(), e.getValue().number));
                    rules = randomRules();
                    sessions.rules(now, rules);
                }
                case 5 -> {
                    if (random.nextInt(20) == 0) {
                        sessions.clear();
                        approvals.clear();
                    }
                }
                case 6, 7, 8 ->
                    assertThat(sessions.find(now, scope.device, 0, scope.low, scope.port))
                            .isEqualTo(known);
                default -> {
                    if (approval != null) {
                        assertThat(sessions.touch(approval.number, now)).isEqualTo(known == approval.number);
                        if (known == approval.number) {
                            approvals.put(scope, new Approval(approval.opened, now, known));
                        }
                    }
                }
            }
        }

        private boolean isFresh(Scope scope, int number) {
            Approval approval = approvals.get(scope);
            return approval != null
                    && approval.number == number
                    && now < approval.used + rules.inactivityNanos()
                    && (rules.maximumAgeNanos() == 0 || now < approval.opened + rules.maximumAgeNanos());
        }

        private MfaRules randomRules() {
            return new MfaRules(random.nextLong(1, 300), random.nextBoolean() ? 0 : random.nextLong(1, 900), 1);
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 1", "-1, 0, 1", "1, -1, 1", "1, 0, 0"})
    void rulesWithoutSenseAreRefused(long inactivity, long maximumAge, long timeout) {
        assertThatThrownBy(() -> new MfaRules(inactivity, maximumAge, timeout))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching("the .+ (must be longer than 0|cannot be negative)");
    }
}
