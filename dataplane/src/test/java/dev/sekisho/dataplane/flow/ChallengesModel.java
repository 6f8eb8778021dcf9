package dev.sekisho.dataplane.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.dataplane.flow.Challenges.Asked;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/// Random questions and answers, judged by the whole history of a person: nothing is forgotten early, every
/// rule is read off the list anew.
final class ChallengesModel implements Challenges.Listener<Integer> {
    private static final long SECOND = 1_000_000_000L;
    private static final int DEVICES = 3;

    /// The last two devices are of one person.
    private static final int[] PERSONS = {0, 1, 1};

    private static final int SCOPES = 11;

    /// An end of a challenge that counts.
    private record End(long at, int scope, boolean approved) {}

    private record Question(long id, int device, int scope, long deadline) {}

    private static final class History {
        private final List<End> ends = new ArrayList<>();
        private final List<Long> silences = new ArrayList<>();
    }

    private final SplittableRandom random;
    private final Challenges<Integer> challenges;
    private final List<Question> open = new ArrayList<>();
    private final History[] histories = new History[DEVICES];

    /// Devices that asked since they were last closed.
    private final Set<Integer> asked = new HashSet<>();

    private final List<String> expectedCalls = new ArrayList<>();
    private final List<String> calls = new ArrayList<>();
    private long now;

    ChallengesModel(SplittableRandom random) {
        this.random = random;
        this.now = random.nextLong(1L << 50);
        this.challenges = new Challenges<>(MfaRules.DEFAULT, random.nextLong(), this);
        for (int i = 0; i < DEVICES; i++) {
            histories[i] = new History();
        }
    }

    @Override
    public void ended(Challenge<Integer> challenge, ChallengeOutcome outcome) {
        calls.add(challenge.id() + " " + outcome);
    }

    @Override
    public void silenced(int device, long untilNanos) {
        calls.add(device + " until " + untilNanos);
    }

    void run(int steps) {
        for (int i = 0; i < steps; i++) {
            // Whole seconds meet the borders of the rules; a long pause now and then lets everything run out.
            now += random.nextInt(60) == 0
                    ? random.nextLong(2_000) * SECOND
                    : random.nextBoolean() ? 0 : random.nextInt(30) * SECOND;
            expire();
            switch (random.nextInt(6)) {
                case 0, 1, 2 -> ask(random.nextInt(DEVICES), random.nextInt(SCOPES));
                case 3 -> settle(random.nextInt(4) == 0);
                case 4 -> {
                    if (random.nextInt(40) == 0) {
                        closeDevice(random.nextInt(DEVICES));
                    }
                }
                default -> {}
            }
            assertThat(calls).isEqualTo(expectedCalls);
            calls.clear();
            expectedCalls.clear();
            assertThat(challenges.open().stream().map(Challenge::id))
                    .containsExactlyInAnyOrderElementsOf(
                            open.stream().map(Question::id).toList());
            assertThat(challenges.nextDeadlineNanos())
                    .isEqualTo(open.stream().mapToLong(Question::deadline).min().orElse(Long.MAX_VALUE));
        }
    }

    private void ask(int device, int scope) {
        challenges.belongs(device, PERSONS[device]);
        asked.add(device);
        Asked expected = expected(device, scope);
        assertThat(challenges.ask(now, device, 0, scope, MfaSessions.ANY_PORT, scope, 80, 6))
                .isEqualTo(expected);
        if (expected == Asked.OPENED) {
            open.add(new Question(challenges.current().id(), device, scope, now + 180 * SECOND));
        }
    }

    private Asked expected(int device, int scope) {
        if (open.stream().anyMatch(q -> q.device == device && q.scope == scope)) {
            return Asked.ALREADY_OPEN;
        }
        if (isSilenced(device)) {
            return Asked.SILENCED;
        }
        if (isBackingOff(device, scope)) {
            return Asked.BACKING_OFF;
        }
        if (open.stream().anyMatch(q -> PERSONS[q.device] == PERSONS[device] && q.scope == scope)) {
            return Asked.OPEN_ELSEWHERE;
        }
        return open.stream().filter(q -> q.device == device).count() == 8 ? Asked.TOO_MANY : Asked.OPENED;
    }

    private boolean isSilenced(int device) {
        return histories[PERSONS[device]].silences.stream().anyMatch(at -> now < at + 900 * SECOND);
    }

    private boolean isBackingOff(int device, int scope) {
        long pause = 0;
        long failed = 0;
        for (End end : histories[PERSONS[device]].ends) {
            if (end.scope == scope) {
                boolean anew = pause == 0 || end.at - failed >= 1800 * SECOND;
                pause = end.approved ? 0 : anew ? 10 * SECOND : Math.min(300 * SECOND, 2 * pause);
                failed = end.at;
            }
        }
        return now < failed + pause;
    }

    private void settle(boolean approved) {
        if (open.isEmpty()) {
            return;
        }
        Question question = open.get(random.nextInt(open.size()));
        assertThat(challenges.settle(now, question.id, approved)).isNotNull();
        end(question, approved, approved ? "APPROVED" : "DENIED");
    }

    private void expire() {
        challenges.expire(now);
        // Those that fall due together may come in any order: the calls say in which.
        for (String call : List.copyOf(calls)) {
            open.stream()
                    .filter(q -> q.deadline <= now && call.equals(q.id + " EXPIRED"))
                    .findAny()
                    .ifPresent(q -> end(q, false, "EXPIRED"));
        }
        assertThat(open).noneMatch(q -> q.deadline <= now);
    }

    private void end(Question question, boolean approved, String outcome) {
        open.remove(question);
        expectedCalls.add(question.id + " " + outcome);
        History history = histories[PERSONS[question.device]];
        boolean silenced = isSilenced(question.device);
        history.ends.add(new End(now, question.scope, approved));
        if (!approved && !silenced && recentFailures(history) >= 3) {
            history.silences.add(now);
            expectedCalls.add(question.device + " until " + (now + 900 * SECOND));
        }
    }

    /// Failures in the window, since the last approval and the last silence; none counts that came in a
    /// silence.
    private int recentFailures(History history) {
        int failures = 0;
        for (End end : history.ends.reversed()) {
            boolean inSilence = history.silences.stream().anyMatch(at -> end.at >= at && end.at < at + 900 * SECOND);
            if (end.approved || inSilence || now - end.at > 600 * SECOND) {
                break;
            }
            failures++;
        }
        return failures;
    }

    private void closeDevice(int device) {
        challenges.closeDevice(now, device);
        open.stream().filter(q -> q.device == device).forEach(q -> expectedCalls.add(q.id + " CANCELLED"));
        open.removeIf(q -> q.device == device);
        asked.remove(device);
        if (asked.stream().noneMatch(other -> PERSONS[other] == PERSONS[device])) {
            histories[PERSONS[device]] = new History();
        }
    }
}
