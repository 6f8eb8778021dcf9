package dev.sekisho.control.challenge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.audit.ControlEvent;
import dev.sekisho.control.audit.JdbcAuditLog;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.challenge.Challenge.Method;
import dev.sekisho.control.challenge.Challenge.Purpose;
import dev.sekisho.control.challenge.Challenge.State;
import dev.sekisho.control.challenge.Challenge.Subject;
import dev.sekisho.control.challenge.Challenges.Answered;
import dev.sekisho.control.challenge.Challenges.Opened;
import dev.sekisho.control.store.Database;
import dev.sekisho.control.store.Page;
import dev.sekisho.control.store.TestDatabases.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The engine of challenges on a real database.
@Tag("A09")
@Tag("A11")
abstract class ChallengesContract {
    private static final Actor ALICE = new Actor("alice", Optional.of("u1"), Actor.Via.SESSION, "198.51.100.7");
    private static final Duration TIMEOUT = Duration.ofMinutes(3);
    private static final String CODE = "123456";

    private Instant now = Instant.parse("2026-05-01T10:00:00Z");
    private final List<String> settled = new ArrayList<>();
    private final List<Challenge> told = new ArrayList<>();
    private final List<LinkSecret> links = new ArrayList<>();
    private final List<ControlEvent> events = Collections.synchronizedList(new ArrayList<>());
    private final List<String> factorsAsked = new ArrayList<>();
    private FactorCheck.Outcome factorOutcome = FactorCheck.Outcome.ACCEPTED;

    @SuppressWarnings("NullAway.Init") // before each test
    private TestDatabase file;

    @SuppressWarnings("NullAway.Init")
    private Database database;

    @SuppressWarnings("NullAway.Init")
    private Challenges challenges;

    abstract TestDatabase newDatabase();

    @BeforeEach
    void open() {
        file = newDatabase();
        database = file.open();
        UnitOfWork work = new UnitOfWork(database, new JdbcAuditLog(() -> now));
        work.onCommit((happened, records) -> events.addAll(happened));
        challenges = new Challenges(
                work,
                new JdbcChallengeStore(),
                (user, challenge, factor) -> {
                    factorsAsked.add(user + " " + factor.kind());
                    return factor.text().equals(CODE) ? factorOutcome : FactorCheck.Outcome.REFUSED;
                },
                () -> now,
                Runnable::run);
        challenges.addNotifier((challenge, link) -> {
            told.add(challenge);
            links.add(link);
        });
        challenges.onSettled((challenge, key) -> settled.add(key + " " + challenge.state()));
    }

    @AfterEach
    void close() {
        database.close();
        file.close();
    }

    @Test
    void asksOnceForWhatWaits() {
        Challenge first = ask("net:1");
        Challenge again = ask("net:1");

        assertThat(again.id()).isEqualTo(first.id());
        assertThat(told).extracting(Challenge::id).containsExactly(first.id());
        assertThat(actions()).containsExactly("challenge.opened");
    }

    @Test
    void asksAgainAfterAnAnswer() {
        Challenge first = ask("net:1");
        challenges.deny(ALICE, "u1", first.id(), false);

        assertThat(ask("net:1").id()).isNotEqualTo(first.id());
    }

    @Test
    void theRightNumberApproves() {
        Challenge asked = ask("net:1");

        Answered answered = challenges.approve(ALICE, "u1", asked.id(), Proof.matched(asked.number()));

        assertThat(answered).isInstanceOf(Answered.Settled.class);
        assertThat(settled).containsExactly("net:1 APPROVED");
        assertThat(stored(asked).method()).contains(Method.PORTAL);
        assertThat(actions()).containsExactly("challenge.opened", "challenge.approved");
    }

    @Test
    void choicesAreThreeNumbersOfTwoDigitsWithTheRightOneAmongThem() {
        Challenge asked = ask("net:1");

        assertThat(Set.copyOf(asked.choices())).hasSize(3).contains(asked.number());
        assertThat(asked.choices()).allMatch(number -> number >= 10 && number <= 99);
    }

    @Test
    void threeWrongNumbersDeny() {
        Challenge asked = ask("net:1");
        int wrong = asked.choices().stream()
                .filter(number -> number != asked.number())
                .findFirst()
                .orElseThrow();

        assertThat(approve(asked, Proof.matched(wrong))).isEqualTo("wrong-number");
        assertThat(approve(asked, Proof.matched(wrong))).isEqualTo("wrong-number");
        assertThat(settled).isEmpty();
        assertThat(approve(asked, Proof.matched(wrong))).isEqualTo("denied");

        assertThat(settled).containsExactly("net:1 DENIED");
        assertThat(approve(asked, Proof.matched(asked.number()))).isEqualTo("gone");
    }

    @Test
    void aCodeApproves() {
        Challenge asked = ask("net:1");

        assertThat(approve(asked, Proof.factor(Method.TOTP, CODE))).isEmpty();

        assertThat(factorsAsked).containsExactly("u1 TOTP");
        assertThat(stored(asked).method()).contains(Method.TOTP);
    }

    @Test
    void aWrongCodeApprovesNothingAndIsRecorded() {
        Challenge asked = ask("net:1");

        assertThat(approve(asked, Proof.factor(Method.TOTP, "000000"))).isEqualTo("wrong-proof");

        assertThat(stored(asked).state()).isEqualTo(State.OPEN);
        assertThat(actions()).containsExactly("challenge.opened", "challenge.proof-refused");
        assertThat(events.toString()).doesNotContain("000000");
    }

    @Test
    void whenBothAreShownBothMustBeRight() {
        Challenge asked = ask("net:1");
        Proof.Factor code = new Proof.Factor(Method.TOTP, CODE);
        int wrong = asked.choices().stream()
                .filter(number -> number != asked.number())
                .findFirst()
                .orElseThrow();

        assertThat(approve(asked, new Proof(Optional.of(wrong), Optional.of(code))))
                .isEqualTo("wrong-number");
        assertThat(factorsAsked).isEmpty();
        assertThat(approve(asked, new Proof(Optional.of(asked.number()), Optional.of(code))))
                .isEmpty();
        assertThat(stored(asked).method()).contains(Method.TOTP);
    }

    @Test
    void whoIsLockedOutHearsSo() {
        factorOutcome = FactorCheck.Outcome.LOCKED_OUT;

        assertThat(approve(ask("net:1"), Proof.factor(Method.TOTP, CODE))).isEqualTo("locked-out");
    }

    @Test
    void nobodyElseAnswers() {
        Challenge asked = ask("net:1");
        Proof right = Proof.matched(asked.number());

        assertThat(code(challenges.approve(ALICE, "u2", asked.id(), right))).isEqualTo("gone");
        assertThat(code(challenges.deny(ALICE, "u2", asked.id(), true))).isEqualTo("gone");
        assertThat(code(challenges.approve(ALICE, "u1", "no-such", right))).isEqualTo("gone");
        assertThat(stored(asked).state()).isEqualTo(State.OPEN);
    }

    @Test
    void itsLinkApprovesItAndNothingElse() {
        Challenge first = ask("net:1");
        Challenge second = ask("net:2");
        String secret = links.getFirst().text();

        assertThat(code(challenges.approveByLink(ALICE, second.id(), secret))).isEqualTo("gone");
        assertThat(code(challenges.approveByLink(ALICE, first.id(), secret + "x")))
                .isEqualTo("gone");
        assertThat(challenges.byLink(first.id(), secret)).map(Challenge::id).contains(first.id());
        assertThat(code(challenges.approveByLink(ALICE, first.id(), secret))).isEmpty();
        assertThat(code(challenges.approveByLink(ALICE, first.id(), secret))).isEqualTo("gone");
        assertThat(settled).containsExactly("net:1 APPROVED");
    }

    @Test
    void aReportIsMarkedAsOne() {
        Challenge asked = ask("net:1");

        challenges.deny(ALICE, "u1", asked.id(), true);

        assertThat(actions()).containsExactly("challenge.opened", "challenge.reported");
    }

    @Test
    void nobodyAnswersInTime() {
        Challenge asked = ask("net:1");
        now = now.plus(TIMEOUT).minusMillis(1);
        challenges.expireDue();
        assertThat(settled).isEmpty();

        now = now.plusMillis(1);
        assertThat(approve(asked, Proof.matched(asked.number()))).isEqualTo("gone");
        challenges.expireDue();
        challenges.expireDue();

        assertThat(settled).containsExactly("net:1 EXPIRED");
        assertThat(stored(asked).state()).isEqualTo(State.EXPIRED);
    }

    @Test
    void whatNoLongerWaitsIsWithdrawn() {
        Challenge asked = ask("net:1");

        challenges.withdraw("net:1", State.EXPIRED);
        challenges.withdraw("net:1", State.EXPIRED);

        assertThat(stored(asked).state()).isEqualTo(State.EXPIRED);
        assertThat(settled).containsExactly("net:1 EXPIRED");
    }

    @Test
    void whoDeniesThreeIsLeftInPeaceForAWhile() {
        for (int i = 0; i < 3; i++) {
            challenges.deny(ALICE, "u1", ask("net:" + i).id(), false);
        }

        assertThat(open("net:9")).isInstanceOf(Opened.Refused.class);
        assertThat(actions()).contains("challenge.silenced");
        assertThat(challenges.open(asking("net:8", "u2"))).isInstanceOf(Opened.Asked.class);

        now = now.plus(Challenges.VAIN_WINDOW).plusMillis(1);
        assertThat(open("net:9")).isInstanceOf(Opened.Asked.class);
    }

    @Test
    void openOnesAreBounded() {
        for (int i = 0; i < Challenges.MAX_OPEN; i++) {
            ask("net:" + i);
        }

        assertThat(open("net:99")).isInstanceOf(Opened.Refused.class);
        assertThat(open("net:0")).isInstanceOf(Opened.Asked.class);
    }

    @Test
    void onlyOneOfManyAnswersCounts() throws Exception {
        Challenge asked = ask("net:1");
        int racers = 8;
        CyclicBarrier start = new CyclicBarrier(racers);
        Callable<Answered> race = () -> {
            start.await();
            return challenges.settleLocally(Actor.ROOT, asked.id(), true);
        };
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Answered>> answers = threads.invokeAll(Collections.nCopies(racers, race));
            int won = 0;
            for (Future<Answered> answer : answers) {
                won += answer.get() instanceof Answered.Settled ? 1 : 0;
            }
            assertThat(won).isEqualTo(1);
        }
        assertThat(settled).containsExactly("net:1 APPROVED");
    }

    @Test
    void listsTheNewestFirstInPages() {
        for (int i = 0; i < 5; i++) {
            now = now.plusMillis(1);
            ask("net:" + i);
        }
        challenges.open(asking("net:other", "u2"));

        Page<Challenge> first = list(Optional.empty());
        Page<Challenge> second = list(first.next());

        assertThat(first.total()).isEqualTo(5);
        assertThat(first.items()).hasSize(3);
        assertThat(second.items()).hasSize(2);
        assertThat(second.next()).isEmpty();
        assertThat(first.items().getFirst().openedAt())
                .isAfter(second.items().getLast().openedAt());
    }

    @Test
    void whatEndedLongAgoIsForgotten() {
        Challenge ended = ask("net:1");
        challenges.deny(ALICE, "u1", ended.id(), false);
        Challenge open = ask("net:2");
        now = now.plus(Duration.ofDays(31));

        challenges.prune(Duration.ofDays(30));

        assertThat(challenges.find(ended.id())).isEmpty();
        assertThat(challenges.find(open.id())).isPresent();
    }

    private Page<Challenge> list(Optional<String> after) {
        return challenges.list(Optional.of("u1"), Optional.of(State.OPEN), new Page.Request(after, 3));
    }

    private Challenge ask(String key) {
        return ((Opened.Asked) open(key)).challenge();
    }

    private Opened open(String key) {
        return challenges.open(asking(key, "u1"));
    }

    private static Asking asking(String key, String user) {
        Subject subject = new Subject("laptop", "db", "10.0.1.5:5432", "tcp", "203.0.113.9");
        return new Asking(Purpose.NETWORK, key, user, user.equals("u1") ? "alice" : "bob", subject, TIMEOUT);
    }

    private String approve(Challenge challenge, Proof proof) {
        return code(challenges.approve(ALICE, "u1", challenge.id(), proof));
    }

    private static String code(Answered answered) {
        return answered instanceof Answered.Refused(String code, String _) ? code : "";
    }

    private Challenge stored(Challenge challenge) {
        return challenges.find(challenge.id()).orElseThrow();
    }

    private List<String> actions() {
        return events.stream().map(ControlEvent::action).toList();
    }
}
