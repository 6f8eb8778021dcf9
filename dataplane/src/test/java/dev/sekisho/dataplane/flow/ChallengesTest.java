package dev.sekisho.dataplane.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.dataplane.Limits;
import dev.sekisho.dataplane.flow.Challenges.Asked;
import dev.sekisho.dataplane.testkit.Seeds;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChallengesTest implements Challenges.Listener<String> {
    private static final long SECOND = 1_000_000_000L;
    private static final long MINUTE = 60 * SECOND;
    private static final long HOST = 0x0000_ffff_0a00_0105L;
    private static final int ANY = MfaSessions.ANY_PORT;
    private static final int TCP = 6;

    private final List<String> told = new ArrayList<>();
    private final Challenges<String> challenges = new Challenges<>(MfaRules.DEFAULT, 1, this);

    @Override
    public void ended(Challenge<String> challenge, ChallengeOutcome outcome) {
        told.add(challenge.rule() + " " + outcome);
    }

    @Override
    public void silenced(int device, long untilNanos) {
        told.add(device + " silenced until " + untilNanos / SECOND);
    }

    @Test
    void aScopeAsksOnceWhateverPortIsTried() {
        assertThat(ask(0, 1, ANY, 80)).isEqualTo(Asked.OPENED);
        Challenge<String> first = challenges.current();
        assertThat(first).isEqualTo(new Challenge<>(first.id(), 1, 0, HOST, ANY, "rule-80", 80, TCP, 0, 180 * SECOND));
        for (int port : new int[] {80, 137, 138, 139, 445, 443}) {
            assertThat(ask(SECOND, 1, ANY, port)).isEqualTo(Asked.ALREADY_OPEN);
            assertThat(challenges.current()).isSameAs(first);
        }
        assertThat(challenges.size()).isOne();
        assertThat(challenges.find(first.id())).isSameAs(first);
        assertThat(first.perPort()).isFalse();
    }

    @Test
    void everyPortAsksWhereTheScopeIsAPort() {
        assertThat(ask(0, 1, 80, 80)).isEqualTo(Asked.OPENED);
        assertThat(challenges.current().perPort()).isTrue();
        assertThat(ask(0, 1, 443, 443)).isEqualTo(Asked.OPENED);
        assertThat(ask(0, 1, ANY, 443)).isEqualTo(Asked.OPENED);
        assertThat(ask(0, 2, 80, 80)).isEqualTo(Asked.OPENED);
        assertThat(challenges.ask(0, 1, 0, HOST + 1, 80, "other", 80, TCP)).isEqualTo(Asked.OPENED);
        assertThat(challenges.ask(0, 1, 1, HOST, 80, "other", 80, TCP)).isEqualTo(Asked.OPENED);
        assertThat(challenges.open()).hasSize(6);
    }

    @Test
    void anAnswerCountsOnce() {
        ask(0, 1, ANY, 80);
        Challenge<String> challenge = challenges.current();
        assertThat(challenges.settle(SECOND, challenge.id() ^ 1, true)).isNull();
        assertThat(challenges.settle(SECOND, challenge.id(), true)).isSameAs(challenge);
        assertThat(challenges.settle(SECOND, challenge.id(), true)).isNull();
        assertThat(challenges.settle(SECOND, challenge.id(), false)).isNull();
        assertThat(told).containsExactly("rule-80 APPROVED");
        assertThat(challenges.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void anAnswerAfterTheDeadlineIsTooLate() {
        ask(0, 1, ANY, 80);
        long id = challenges.current().id();
        assertThat(challenges.nextDeadlineNanos()).isEqualTo(180 * SECOND);
        challenges.expire(180 * SECOND - 1);
        assertThat(told).isEmpty();
        assertThat(challenges.settle(180 * SECOND, id, true)).isNull();
        challenges.expire(180 * SECOND);
        assertThat(told).containsExactly("rule-80 EXPIRED");
        assertThat(challenges.find(id)).isNull();
    }

    @Test
    void aChangedTimeoutHoldsForNewChallenges() {
        ask(0, 1, 80, 80);
        challenges.rules(new MfaRules(SECOND, 0, 10 * SECOND));
        ask(0, 1, 81, 81);
        challenges.expire(10 * SECOND);
        assertThat(told).containsExactly("rule-81 EXPIRED");
        assertThat(challenges.nextDeadlineNanos()).isEqualTo(180 * SECOND);
    }

    @Test
    void aCancelledOneLeavesNoTrace() {
        for (int i = 0; i < 10; i++) {
            assertThat(ask(i, 1, ANY, 80)).isEqualTo(Asked.OPENED);
            challenges.cancel(i, challenges.current().id());
        }
        challenges.cancel(10, 12345);
        assertThat(told).hasSize(10).containsOnly("rule-80 CANCELLED");
        assertThat(challenges.size()).isZero();
    }

    @Test
    void theBackOffDoublesUpToFiveMinutes() {
        long now = 0;
        for (int pause : new int[] {10, 20, 40, 80, 160, 300, 300, 300}) {
            now += 301 * SECOND;
            assertThat(ask(now, 1, 80, 80)).isEqualTo(Asked.OPENED);
            deny(now);
            assertThat(ask(now + pause * SECOND - 1, 1, 80, 80)).isEqualTo(Asked.BACKING_OFF);
            assertThat(ask(now + pause * SECOND - 1, 1, 81, 81))
                    .as("another scope")
                    .isEqualTo(Asked.OPENED);
            challenges.cancel(now, challenges.current().id());
            assertThat(ask(now + pause * SECOND, 1, 80, 80)).isEqualTo(Asked.OPENED);
            challenges.cancel(now, challenges.current().id());
        }
        assertThat(told).noneMatch(line -> line.contains("silenced"));
    }

    @Test
    void anExpiredOneBacksOffAsADeniedOneDoes() {
        ask(0, 1, ANY, 80);
        challenges.expire(180 * SECOND);
        assertThat(ask(190 * SECOND - 1, 1, ANY, 80)).isEqualTo(Asked.BACKING_OFF);
        assertThat(ask(190 * SECOND, 1, ANY, 80)).isEqualTo(Asked.OPENED);
    }

    @Test
    void anApprovalClearsTheBackOffAndTheFailures() {
        ask(0, 1, ANY, 80);
        deny(0);
        ask(10 * SECOND, 1, ANY, 80);
        deny(10 * SECOND);
        ask(30 * SECOND, 1, ANY, 80);
        challenges.settle(30 * SECOND, challenges.current().id(), true);
        ask(30 * SECOND, 1, ANY, 80);
        deny(30 * SECOND);
        assertThat(ask(40 * SECOND, 1, ANY, 80)).as("ten seconds again").isEqualTo(Asked.OPENED);
        assertThat(told).noneMatch(line -> line.contains("silenced"));
    }

    @Test
    void aBackOffStartsAnewAfterHalfAnHour() {
        for (int i = 0; i < 3; i++) {
            ask(i * 301L * SECOND, 1, 80, 80);
            deny(i * 301L * SECOND);
        }
        long later = 602 * SECOND + 30 * MINUTE;
        assertThat(ask(later, 1, 80, 80)).isEqualTo(Asked.OPENED);
        deny(later);
        assertThat(ask(later + 10 * SECOND, 1, 80, 80)).isEqualTo(Asked.OPENED);
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 2, true", "0, 1, 600, true", "0, 1, 601, false", "0, 300, 600, true", "0, 599, 1200, false"})
    void threeFailuresInTenMinutesSilenceADevice(int first, int second, int third, boolean silenced) {
        int port = 1;
        for (int at : new int[] {first, second, third}) {
            assertThat(ask(at * SECOND, 1, port, port)).isEqualTo(Asked.OPENED);
            deny(at * SECOND);
            port++;
        }
        assertThat(told.contains("1 silenced until " + (third + 900))).isEqualTo(silenced);
        assertThat(ask(third * SECOND, 1, 99, 99)).isEqualTo(silenced ? Asked.SILENCED : Asked.OPENED);
        assertThat(ask(third * SECOND, 2, 99, 99)).as("another device").isEqualTo(Asked.OPENED);
    }

    @Test
    void aSilenceLastsAQuarterOfAnHourAndIsToldOnce() {
        for (int port = 1; port <= 8; port++) {
            ask(0, 1, port, port);
        }
        long approved = challenges.open().getLast().id();
        List<Challenge<String>> open = challenges.open();
        for (int i = 0; i < 7; i++) {
            challenges.settle(SECOND, open.get(i).id(), false);
        }
        assertThat(told).hasSize(8).containsOnlyOnce("1 silenced until 901");
        assertThat(told.get(3)).isEqualTo("1 silenced until 901");
        assertThat(ask(2 * SECOND, 1, 99, 99)).isEqualTo(Asked.SILENCED);
        assertThat(challenges.settle(2 * SECOND, approved, true))
                .as("what was open")
                .isNotNull();
        assertThat(ask(901 * SECOND - 1, 1, 99, 99)).isEqualTo(Asked.SILENCED);
        assertThat(ask(901 * SECOND, 1, 99, 99)).isEqualTo(Asked.OPENED);
        deny(901 * SECOND);
        assertThat(ask(901 * SECOND, 1, 98, 98)).as("counted from nothing").isEqualTo(Asked.OPENED);
    }

    @Test
    void aDeviceAndAllTogetherAskSoMuch() {
        int opened = 0;
        for (int device = 0; opened < Limits.OPEN_CHALLENGES; device++) {
            for (int port = 1; port <= Limits.OPEN_CHALLENGES_PER_DEVICE; port++) {
                assertThat(ask(0, device, port, port)).isEqualTo(Asked.OPENED);
                opened++;
            }
            assertThat(ask(0, device, 99, 99)).isEqualTo(Asked.TOO_MANY);
            assertThat(ask(0, device, 1, 1)).isEqualTo(Asked.ALREADY_OPEN);
        }
        assertThat(ask(0, 60_000, 1, 1)).isEqualTo(Asked.TOO_MANY);
        challenges.closeDevice(0, 3);
        assertThat(ask(0, 60_000, 1, 1)).isEqualTo(Asked.OPENED);
    }

    @Test
    void aClosedDeviceIsForgotten() {
        for (int port = 1; port <= 3; port++) {
            ask(0, 1, port, port);
            deny(0);
        }
        ask(0, 2, 80, 80);
        assertThat(ask(0, 1, 99, 99)).isEqualTo(Asked.SILENCED);
        challenges.closeDevice(0, 1);
        assertThat(ask(0, 1, 1, 1)).as("neither silence nor back-off").isEqualTo(Asked.OPENED);
        told.clear();
        challenges.closeDevice(0, 1);
        challenges.closeDevice(0, 77);
        assertThat(told).containsExactly("rule-1 CANCELLED");
        assertThat(challenges.open())
                .singleElement()
                .extracting(Challenge::device)
                .isEqualTo(2);
    }

    @Test
    void aPersonIsAskedForAScopeOnOneDeviceAtATime() {
        belong("alice", 1, 2);
        belong("bob", 3);
        assertThat(ask(0, 1, 80, 80)).isEqualTo(Asked.OPENED);
        long first = challenges.current().id();
        assertThat(ask(0, 2, 80, 80)).isEqualTo(Asked.OPEN_ELSEWHERE);
        assertThat(ask(0, 1, 80, 80)).isEqualTo(Asked.ALREADY_OPEN);
        assertThat(ask(0, 3, 80, 80)).as("another person").isEqualTo(Asked.OPENED);
        assertThat(ask(0, 2, 81, 81)).as("another scope").isEqualTo(Asked.OPENED);
        challenges.settle(SECOND, first, true);
        assertThat(ask(SECOND, 2, 80, 80)).as("its own approval").isEqualTo(Asked.OPENED);
    }

    @Test
    void aScopeBacksOffOnAllDevicesOfAPerson() {
        belong("alice", 1, 2);
        ask(0, 1, 80, 80);
        deny(0);
        assertThat(ask(10 * SECOND - 1, 2, 80, 80)).isEqualTo(Asked.BACKING_OFF);
        assertThat(ask(10 * SECOND, 2, 80, 80)).isEqualTo(Asked.OPENED);
        deny(10 * SECOND);
        assertThat(ask(30 * SECOND - 1, 1, 80, 80)).as("it doubles").isEqualTo(Asked.BACKING_OFF);
        assertThat(ask(30 * SECOND, 1, 80, 80)).isEqualTo(Asked.OPENED);
        challenges.settle(30 * SECOND, challenges.current().id(), true);
        assertThat(ask(30 * SECOND, 2, 80, 80)).as("an approval clears it").isEqualTo(Asked.OPENED);
    }

    @Test
    void failuresOnSeveralDevicesSilenceAllOfAPerson() {
        belong("alice", 1, 2, 4);
        belong("bob", 3);
        ask(0, 1, 80, 80);
        challenges.expire(180 * SECOND);
        ask(200 * SECOND, 2, 81, 81);
        deny(200 * SECOND);
        ask(600 * SECOND, 2, 82, 82);
        deny(600 * SECOND);
        assertThat(told).containsOnlyOnce("2 silenced until 1500");
        for (int device : new int[] {1, 2, 4}) {
            assertThat(ask(1500 * SECOND - 1, device, 99, 99)).isEqualTo(Asked.SILENCED);
        }
        assertThat(ask(600 * SECOND, 3, 99, 99)).as("another person").isEqualTo(Asked.OPENED);
        assertThat(ask(1500 * SECOND, 1, 99, 99)).isEqualTo(Asked.OPENED);
    }

    @Test
    void aSilenceOutlivesTheDeviceThatCausedIt() {
        belong("alice", 1, 2);
        for (int port = 1; port <= 3; port++) {
            ask(0, 1, port, port);
            deny(0);
        }
        challenges.closeDevice(0, 1);
        assertThat(ask(0, 2, 99, 99)).isEqualTo(Asked.SILENCED);
        belong("alice", 1);
        assertThat(ask(0, 1, 99, 99)).as("back again").isEqualTo(Asked.SILENCED);
        challenges.closeDevice(0, 1);
        challenges.closeDevice(0, 2);
        belong("alice", 1);
        assertThat(ask(0, 1, 99, 99)).as("nobody is left to remember").isEqualTo(Asked.OPENED);
    }

    @Test
    void aDeviceThatChangesHandsAsksItsNewPerson() {
        belong("alice", 1, 2);
        for (int port = 1; port <= 3; port++) {
            ask(0, 1, port, port);
            deny(0);
        }
        challenges.closeDevice(0, 1);
        belong("bob", 1);
        assertThat(ask(0, 1, 99, 99)).isEqualTo(Asked.OPENED);
        assertThat(ask(0, 2, 99, 99)).isEqualTo(Asked.SILENCED);
    }

    private void belong(String person, int... devices) {
        for (int device : devices) {
            challenges.belongs(device, person);
        }
    }

    @Test
    void idsFitEightCharactersAndDoNotRepeat() {
        Set<Long> ids = new HashSet<>();
        for (int i = 0; i < 100_000; i++) {
            ask(i, 1, ANY, 80);
            long id = challenges.current().id();
            assertThat(id).isBetween(1L, (1L << 40) - 1);
            ids.add(id);
            challenges.cancel(i, id);
        }
        // By the birthday paradox about 0.005 of 100,000 random 40-bit numbers meet another one.
        assertThat(ids).hasSizeGreaterThan(99_998);
        told.clear();
    }

    @Test
    void agreesWithAHistory() {
        Seeds.forEach(60, seed -> new ChallengesModel(Seeds.random(seed)).run(3_000));
    }

    private Asked ask(long now, int device, int scope, int port) {
        return challenges.ask(now, device, 0, HOST, scope, "rule-" + port, port, TCP);
    }

    private void deny(long now) {
        assertThat(challenges.settle(now, challenges.current().id(), false)).isNotNull();
    }
}
