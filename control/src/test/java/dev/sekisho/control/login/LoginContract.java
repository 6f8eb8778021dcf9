package dev.sekisho.control.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.control.factor.FactorPolicy;
import dev.sekisho.control.factor.Proof;
import dev.sekisho.control.factor.SecondFactors;
import dev.sekisho.control.role.Authority;
import dev.sekisho.control.store.Sql;
import dev.sekisho.control.token.NewToken;
import dev.sekisho.control.tries.Tries;
import dev.sekisho.control.user.NewUser;
import dev.sekisho.control.user.User;
import dev.sekisho.control.user.UserPatch;
import dev.sekisho.control.user.Users;
import dev.sekisho.control.web.Principal;
import dev.sekisho.control.web.Problem;
import dev.sekisho.policy.Permission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

abstract class LoginContract extends IdentityContract {
    private static final String WRONG = "not the password at all";

    private Sessions.Opened tryFrom(String name, String password, Optional<String> device, String source) {
        return identity.logins.login(new Logins.Attempt(
                name, password, Optional.empty(), new Sessions.Client(Optional.empty(), device, source, "test")));
    }

    private void failTimes(int times, String name) {
        for (int i = 0; i < times; i++) {
            String source = "198.51.100." + i;
            refuses(401, () -> tryFrom(name, WRONG, Optional.empty(), source));
        }
    }

    private Stage stage(String secret) {
        return identity.sessions.state(identity.with(secret).orElseThrow()).stage();
    }

    @Test
    void theFirstAdministratorChangesThePasswordThenGetsASecondFactor() {
        String secret = identity.login("admin", identity.firstPassword).secret();
        assertThat(stage(secret)).isEqualTo(Stage.PASSWORD);
        assertThat(identity.with(secret).orElseThrow().permissions()).isEmpty();

        String next = Identity.secret(identity.logins.changePassword(
                identity.with(secret).orElseThrow(), identity.firstPassword, Identity.PASSWORD, false));
        assertThat(identity.with(secret)).isEmpty();
        assertThat(stage(next)).isEqualTo(Stage.ENROLL);

        Identity.App app = identity.app(next);
        assertThat(identity.with(next)).isEmpty();
        Principal admin = identity.with(app.secret()).orElseThrow();
        assertThat(admin.complete()).isTrue();
        assertThat(admin.permissions()).containsExactlyInAnyOrder(Permission.values());
        assertThat(identity.firstPassword).isNotEqualTo(another().firstPassword);
    }

    @Test
    void unknownDisabledWrongAndServiceNamesGetOneAnswerAfterTheSameWork() {
        identity.user("known", "user");
        User disabled = identity.user("disabled", "user");
        identity.users.disable(Authority.ROOT, disabled.id());
        identity.users.createService(
                Authority.ROOT,
                new NewUser(
                        "robot",
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()));
        for (String name : List.of("known", "nobody", "disabled", "robot", "\u0000", "a".repeat(256))) {
            long before = identity.passwords.computed();
            int recorded = identity.events.size();
            refuses(401, () -> identity.login(name, WRONG)).hasMessage("the name or the password is wrong");
            assertThat(identity.passwords.computed() - before).as(name).isEqualTo(1);
            assertThat(identity.events.size() - recorded).as(name).isEqualTo(1);
        }
        refuses(401, () -> identity.login("disabled", Identity.PASSWORD))
                .hasMessage("the name or the password is wrong");
    }

    /// Where a password is checked follows from the request alone: neither a hash nor a question to a directory tells
    /// who there is, or where they are at home.
    @Test
    void theWorkOfALoginDependsOnWhatIsAskedAndNotOnWhoThereIs() {
        List<String> asked = new ArrayList<>();
        identity.directories.add(new AskedDirectory("corp", asked));
        identity.user("known", "user");
        identity.users.disable(Authority.ROOT, identity.user("disabled", "user").id());
        identity.users.create(
                Authority.ROOT,
                new NewUser(
                        "elsewhere",
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of("corp")));
        for (String name : List.of("nobody", "known", "disabled", "elsewhere")) {
            assertThat(work(name, Optional.empty(), asked)).as(name).containsExactly(1, 0, 1);
            assertThat(work(name, Optional.of("corp"), asked)).as(name).containsExactly(0, 1, 1);
        }
    }

    /// Hashes, questions to directories and records of one failed login.
    private List<Integer> work(String name, Optional<String> directory, List<String> asked) {
        long hashes = identity.passwords.computed();
        int questions = asked.size();
        int recorded = identity.events.size();
        refuses(
                        401,
                        () -> identity.logins.login(
                                new Logins.Attempt(name, WRONG, directory, Identity.from("192.0.2.1"))))
                .hasMessage("the name or the password is wrong");
        return List.of(
                (int) (identity.passwords.computed() - hashes),
                asked.size() - questions,
                identity.events.size() - recorded);
    }

    /// Also whom it locks out: an account that is locked and a name that nobody has look alike.
    @Test
    void aLockedAccountAndALockedNameThatNobodyHasLookAlike() {
        identity.user("known", "user");
        failTimes(10, "known");
        failTimes(10, "nobody");
        for (String name : List.of("known", "nobody")) {
            long hashes = identity.passwords.computed();
            refuses(429, () -> tryFrom(name, WRONG, Optional.empty(), "203.0.113.9"))
                    .hasMessage("too many tries: wait a quarter of an hour, or ask an administrator");
            assertThat(identity.passwords.computed()).as(name).isEqualTo(hashes);
        }
    }

    @Test
    void aFailedLoginRecordsNoNameThatMayBeAPassword() {
        refuses(401, () -> identity.login("hunter2hunter2", "x"));
        assertThat(identity.events.toString()).doesNotContain("hunter2");
    }

    @Test
    void theTenthFailureLocksOutForAQuarterOfAnHourAlsoOverARestart() {
        User user = identity.user("anna", "user");
        failTimes(10, "anna");
        refuses(429, () -> identity.login("anna", Identity.PASSWORD));
        assertThat(identity.actions()).containsOnlyOnce("login.locked-out");
        assertThat(identity.users.find(user.id()).state(identity.clock.instant()))
                .isEqualTo(User.State.LOCKED);
        try (Identity again = another()) {
            refuses(429, () -> again.login("anna", Identity.PASSWORD));
        }
        identity.clock.pass(Tries.PAUSE);
        assertThat(identity.login("anna", Identity.PASSWORD)).isNotNull();
        assertThat(identity.users.find(user.id()).state(identity.clock.instant()))
                .isEqualTo(User.State.ACTIVE);
    }

    private long tries() {
        return identity.work.read(transaction -> Sql.of(transaction).number("SELECT COUNT(*) AS n FROM login_try"));
    }

    /// Addresses and names that nobody has are as many as an attacker likes; failures of a user count until a success.
    @Test
    void triesThatNoLongerCountAreForgottenAndFailuresOfUsersAreNot() {
        identity.user("anna", "user");
        failTimes(3, "anna");
        failTimes(2, "nobody");
        identity.tries.forget();
        assertThat(tries()).as("an account and an address each").isEqualTo(10);
        identity.clock.pass(Tries.PAUSE.plusSeconds(1));
        identity.tries.forget();
        assertThat(tries()).as("without the addresses").isEqualTo(5);
        identity.clock.pass(Duration.ofDays(30));
        identity.tries.forget();
        assertThat(tries()).as("anna's").isEqualTo(3);
        failTimes(7, "anna");
        refuses(429, () -> identity.login("anna", Identity.PASSWORD));
    }

    @Test
    void anUnknownNameIsLockedOutLikeAnyOther() {
        failTimes(10, "nobody");
        refuses(429, () -> identity.login("nobody", WRONG));
    }

    @Test
    void anAdministratorEndsALockOut() {
        User user = identity.user("anna", "user");
        failTimes(10, "anna");
        identity.users.unlock(Authority.ROOT, user.id());
        assertThat(identity.login("anna", Identity.PASSWORD)).isNotNull();
    }

    @Test
    void aSuccessEndsTheRowOfFailures() {
        identity.user("anna", "user");
        failTimes(9, "anna");
        assertThat(identity.login("anna", Identity.PASSWORD)).isNotNull();
        failTimes(9, "anna");
        assertThat(identity.login("anna", Identity.PASSWORD)).isNotNull();
    }

    @Test
    void aHundredFailuresInARowNeedAnAdministrator() {
        User user = identity.user("anna", "user");
        for (int round = 0; round < 10; round++) {
            failTimes(10, "anna");
            identity.clock.pass(Tries.PAUSE);
        }
        identity.clock.pass(Duration.ofDays(100));
        refuses(429, () -> identity.login("anna", Identity.PASSWORD));
        identity.users.unlock(Authority.ROOT, user.id());
        assertThat(identity.login("anna", Identity.PASSWORD)).isNotNull();
    }

    @Test
    void theUserOfAKnownDeviceLogsInWhileSomebodyAttacks() {
        identity.user("anna", "user");
        Principal anna = identity.with(identity.login("anna", Identity.PASSWORD).secret())
                .orElseThrow();
        String device = identity.sessions
                .rememberDevice(anna, Optional.empty())
                .map(Identity::secret)
                .orElseThrow();
        failTimes(10, "anna");
        for (int i = 0; i < 10; i++) {
            assertThat(tryFrom("anna", Identity.PASSWORD, Optional.of(device), "192.0.2." + i))
                    .isNotNull();
            String source = "203.0.113." + i;
            refuses(429, () -> tryFrom("anna", WRONG, Optional.empty(), source));
        }
        refuses(429, () -> tryFrom("anna", Identity.PASSWORD, Optional.of("x".repeat(43)), "192.0.2.9"));
    }

    @Test
    void aKnownDeviceIsNoneOfAnotherUser() {
        identity.user("anna", "user");
        identity.user("bert", "user");
        Principal anna = identity.with(identity.login("anna", Identity.PASSWORD).secret())
                .orElseThrow();
        String device = identity.sessions
                .rememberDevice(anna, Optional.empty())
                .map(Identity::secret)
                .orElseThrow();
        failTimes(10, "bert");
        refuses(429, () -> tryFrom("bert", Identity.PASSWORD, Optional.of(device), "192.0.2.7"));
    }

    @Test
    void anAddressHasThirtyTriesWhoeverTheyAreFor() {
        identity.user("anna", "user");
        for (int i = 0; i < 30; i++) {
            String name = "nobody" + i;
            refuses(
                    401,
                    () -> tryFrom(
                            name, WRONG, Optional.empty(), "2001:db8::" + Integer.toHexString(name.hashCode() & 0xff)));
        }
        refuses(429, () -> tryFrom("anna", Identity.PASSWORD, Optional.empty(), "2001:db8::ffff"));
        assertThat(tryFrom("anna", Identity.PASSWORD, Optional.empty(), "2001:db8:0:1::1"))
                .isNotNull();
    }

    @Test
    void aHundredGuessesAtTheSameMomentAreTenGuesses() throws Exception {
        identity.user("anna", "user");
        long before = identity.passwords.computed();
        List<Boolean> judged = atOnce(100, i -> () -> {
            try {
                tryFrom("anna", WRONG, Optional.empty(), "198.51.100." + i);
                return true;
            } catch (Problem refused) {
                return refused.status() == 401;
            }
        });
        assertThat(judged).filteredOn(right -> right).hasSize(10);
        assertThat(identity.passwords.computed() - before).isEqualTo(10);
    }

    /// One of many calls at the same moment.
    private interface Numbered<T> {
        Callable<T> call(int number);
    }

    private static <T> List<T> atOnce(int times, Numbered<T> calls) throws InterruptedException, ExecutionException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<T>> futures = new ArrayList<>();
            for (int i = 0; i < times; i++) {
                futures.add(threads.submit(calls.call(i)));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get());
            }
            return results;
        }
    }

    @Test
    void oneCodeAtTheSameMomentCountsOnce() throws Exception {
        User anna = identity.user("anna", "user");
        Identity.App app =
                identity.app(identity.login("anna", Identity.PASSWORD).secret());
        identity.clock.pass(Duration.ofSeconds(30));
        String code = identity.code(app.seed());
        try (Identity other = another()) {
            other.clock.pass(Duration.ofSeconds(30));
            List<SecondFactors.Outcome> outcomes =
                    atOnce(100, i -> () -> (i % 2 == 0 ? identity : other).verify(anna.id(), new Proof.Totp(code)));
            assertThat(outcomes)
                    .filteredOn(SecondFactors.Outcome.Accepted.class::isInstance)
                    .hasSize(1);
        }
    }

    @Test
    void aCodeIsNotAcceptedTwiceNorAfterALaterOne() {
        User anna = identity.user("anna", "user");
        Identity.App app =
                identity.app(identity.login("anna", Identity.PASSWORD).secret());
        String used = identity.code(app.seed());
        assertThat(identity.verify(anna.id(), new Proof.Totp(used))).isEqualTo(new SecondFactors.Outcome.Wrong());
        identity.clock.pass(Duration.ofSeconds(60));
        assertThat(identity.verify(anna.id(), new Proof.Totp(identity.code(app.seed()))))
                .isInstanceOf(SecondFactors.Outcome.Accepted.class);
        String earlier = app.seed().codeAt(identity.clock.instant().getEpochSecond() - 30);
        assertThat(identity.verify(anna.id(), new Proof.Totp(earlier))).isEqualTo(new SecondFactors.Outcome.Wrong());
    }

    @Test
    void tenWrongCodesLockTheSecondFactor() {
        User anna = identity.user("anna", "user");
        Identity.App app =
                identity.app(identity.login("anna", Identity.PASSWORD).secret());
        identity.clock.pass(Duration.ofSeconds(60));
        String right = identity.code(app.seed());
        String wrong = right.equals("000000") ? "000001" : "000000";
        for (int i = 0; i < 10; i++) {
            assertThat(identity.verify(anna.id(), new Proof.Totp(wrong))).isEqualTo(new SecondFactors.Outcome.Wrong());
        }
        assertThat(identity.verify(anna.id(), new Proof.Totp(right)))
                .isInstanceOf(SecondFactors.Outcome.LockedOut.class);
        assertThat(identity.actions()).contains("login.locked-out");
        identity.users.unlock(Authority.ROOT, anna.id());
        assertThat(identity.verify(anna.id(), new Proof.Totp(right)))
                .isInstanceOf(SecondFactors.Outcome.Accepted.class);
    }

    @Test
    void aPasswordAloneGetsNobodyASecondFactor() {
        identity.user("anna", "user");
        identity.app(identity.login("anna", Identity.PASSWORD).secret());
        Principal thief = identity.with(
                        identity.login("anna", Identity.PASSWORD).secret())
                .orElseThrow();
        assertThat(thief.complete()).isFalse();
        refuses(403, () -> identity.mine.addApp(thief, "mine now"));
        refuses(403, () -> identity.mine.passkeyOptions(thief, "mine now"));
        refuses(403, () -> identity.mine.newRecoveryCodes(thief));
        refuses(403, () -> identity.logins.changePassword(thief, Identity.PASSWORD, "another horse walks down", false));
    }

    @Test
    void aSecondFactorIsAddedWithAFreshOneOnly() {
        identity.user("anna", "user");
        Principal anna = identity.fresh("anna");
        assertThat(identity.mine.addApp(anna, "tablet")).isNotNull();
        identity.clock.pass(SecondFactors.STEP_UP.plusSeconds(1));
        refuses(403, () -> identity.mine.addApp(anna, "tablet"));
    }

    @Test
    void theAddressForCodesIsChangedWithAFreshFactorOnly() {
        identity.user("anna", "user");
        Principal anna = identity.fresh("anna");
        Optional<String> next = Optional.of("anna@example.net");
        assertThat(identity.users.changeOwn(anna, Optional.empty(), next).email())
                .isEqualTo(next);
        identity.clock.pass(SecondFactors.STEP_UP.plusSeconds(1));
        refuses(403, () -> identity.users.changeOwn(anna, Optional.empty(), Optional.of("thief@example.net")));
        assertThat(identity.users.changeOwn(anna, Optional.of("Anna"), next).displayName())
                .isEqualTo("Anna");
    }

    @Test
    void aRecoveryCodeCountsOnceHoweverItIsTyped() {
        User anna = identity.user("anna", "user");
        Principal by = identity.fresh("anna");
        List<String> codes = identity.mine.newRecoveryCodes(by);
        assertThat(codes).hasSize(10).doesNotHaveDuplicates();
        String typed = codes.getFirst().replace("-", " ").toUpperCase(Locale.ROOT);
        assertThat(identity.verify(anna.id(), new Proof.Recovery(typed)))
                .isInstanceOf(SecondFactors.Outcome.Accepted.class);
        assertThat(identity.verify(anna.id(), new Proof.Recovery(codes.getFirst())))
                .isEqualTo(new SecondFactors.Outcome.Wrong());
        identity.mine.newRecoveryCodes(by);
        assertThat(identity.verify(anna.id(), new Proof.Recovery(codes.getLast())))
                .isEqualTo(new SecondFactors.Outcome.Wrong());
    }

    @Test
    void aRecoveryCodeIsNoneOfAnotherUser() {
        identity.user("anna", "user");
        User bert = identity.user("bert", "user");
        List<String> codes = identity.mine.newRecoveryCodes(identity.fresh("anna"));
        assertThat(identity.verify(bert.id(), new Proof.Recovery(codes.getFirst())))
                .isEqualTo(new SecondFactors.Outcome.Wrong());
    }

    @Test
    void aMailedCodeCountsOnceForTenMinutesWhereThePolicyTakesIt() {
        User anna = identity.user("anna", "user");
        refuses(409, () -> identity.factors.mailCode(Authority.ROOT.actor(), anna.id()));
        identity.policies.replace(
                Authority.ROOT, List.of(new FactorPolicy("default", "always", List.of("totp", "email"))));
        identity.factors.mailCode(Authority.ROOT.actor(), anna.id());
        String code = mailedCode();
        assertThat(identity.verify(anna.id(), new Proof.Email(code)))
                .isInstanceOf(SecondFactors.Outcome.Accepted.class);
        assertThat(identity.verify(anna.id(), new Proof.Email(code))).isEqualTo(new SecondFactors.Outcome.Wrong());
        identity.factors.mailCode(Authority.ROOT.actor(), anna.id());
        identity.clock.pass(Duration.ofMinutes(10));
        assertThat(identity.verify(anna.id(), new Proof.Email(mailedCode())))
                .isEqualTo(new SecondFactors.Outcome.Wrong());
    }

    private String mailedCode() {
        return identity.mails.getLast().replaceAll("(?s).*code is ([0-9]{6}).*", "$1");
    }

    @Test
    void thePolicyOfARoleAsksItsMembersOnly() {
        identity.user("anna", "user");
        identity.user("bert", "user", "approver");
        identity.policies.replace(
                Authority.ROOT, List.of(new FactorPolicy("role:Approver", "always", List.of("totp", "passkey"))));
        assertThat(stage(identity.login("anna", Identity.PASSWORD).secret())).isEqualTo(Stage.COMPLETE);
        assertThat(stage(identity.login("bert", Identity.PASSWORD).secret())).isEqualTo(Stage.ENROLL);
    }

    @Test
    void eachStepGivesAnotherSecretAndTheOneBeforeIsDead() {
        identity.user("anna", "user");
        Identity.App app =
                identity.app(identity.login("anna", Identity.PASSWORD).secret());
        identity.clock.pass(Duration.ofSeconds(60));
        Sessions.Opened opened = identity.login("anna", Identity.PASSWORD);
        assertThat(stage(opened.secret())).isEqualTo(Stage.FACTOR);
        Principal by = identity.with(opened.secret()).orElseThrow();
        String next = Identity.secret(identity.logins.showFactor(by, new Proof.Totp(identity.code(app.seed()))));
        assertThat(identity.with(opened.secret())).isEmpty();
        assertThat(stage(next)).isEqualTo(Stage.COMPLETE);
        assertThat(next).hasSize(43);
    }

    @Test
    void aLoginEndsTheSessionThatWasThereBefore() {
        identity.user("anna", "user");
        String planted = identity.login("anna", Identity.PASSWORD).secret();
        Sessions.Client client = new Sessions.Client(Optional.of(planted), Optional.empty(), "192.0.2.1", "test");
        identity.logins.login(new Logins.Attempt("anna", Identity.PASSWORD, Optional.empty(), client));
        assertThat(identity.with(planted)).isEmpty();
    }

    @Test
    void sessionsEndWhenIdleAndInAnyCaseAfterADay() {
        identity.user("anna", "user");
        String idle = identity.login("anna", Identity.PASSWORD).secret();
        identity.clock.pass(Duration.ofMinutes(30));
        assertThat(identity.with(idle)).isEmpty();

        String busy = identity.login("anna", Identity.PASSWORD).secret();
        for (int i = 0; i < 35; i++) {
            identity.clock.pass(Duration.ofMinutes(20));
            assertThat(identity.with(busy)).isPresent();
        }
        identity.clock.pass(Duration.ofMinutes(20));
        assertThat(identity.with(busy)).isEmpty();
    }

    @Test
    void sessionsEndAtOnceWithAccessOrPassword() {
        User anna = identity.user("anna", "user");
        String first = identity.login("anna", Identity.PASSWORD).secret();
        identity.users.disable(Authority.ROOT, anna.id());
        assertThat(identity.with(first)).isEmpty();
        identity.users.enable(Authority.ROOT, anna.id());
        assertThat(identity.with(first)).isEmpty();

        String second = identity.login("anna", Identity.PASSWORD).secret();
        String token = token(identity.with(second).orElseThrow());
        assertThat(identity.withToken(token, "192.0.2.1")).isPresent();
        Users.Reset reset = identity.users.resetPassword(Authority.ROOT, anna.id());
        assertThat(reset.sessions()).isEqualTo(1);
        assertThat(reset.tokens()).isEqualTo(1);
        assertThat(identity.withToken(token, "192.0.2.1"))
                .as("whoever had the password may have made the token")
                .isEmpty();
        assertThat(identity.with(second)).isEmpty();
        refuses(401, () -> identity.login("anna", Identity.PASSWORD));
        assertThat(stage(identity.login("anna", reset.password()).secret())).isEqualTo(Stage.PASSWORD);
        assertThat(identity.actions()).filteredOn("session.revoked"::equals).hasSize(2);
        assertThat(identity.actions()).filteredOn("token.revoked"::equals).hasSize(1);
    }

    private String token(Principal owner) {
        return identity.tokens
                .create(owner, new NewToken("script", Optional.empty(), List.of(), Optional.empty(), Optional.empty()))
                .secret();
    }

    @Test
    void aChangeOfThePasswordEndsTheOtherSessions() {
        identity.user("anna", "user");
        String other = identity.login("anna", Identity.PASSWORD).secret();
        Principal by = identity.with(identity.login("anna", Identity.PASSWORD).secret())
                .orElseThrow();
        refuses(400, () -> identity.logins.changePassword(by, WRONG, "another horse walks down", false));
        refuses(400, () -> identity.logins.changePassword(by, Identity.PASSWORD, Identity.PASSWORD, false));
        refuses(400, () -> identity.logins.changePassword(by, Identity.PASSWORD, "short", false));
        String next = Identity.secret(
                identity.logins.changePassword(by, Identity.PASSWORD, "another horse walks down", false));
        assertThat(identity.with(other)).isEmpty();
        assertThat(identity.with(next)).isPresent();
        assertThat(identity.login("anna", "another horse walks down")).isNotNull();
    }

    @Test
    void whoChangesTheirPasswordSaysWhetherTheirTokensAreRevoked() {
        identity.user("anna", "user");
        Principal by = identity.with(identity.login("anna", Identity.PASSWORD).secret())
                .orElseThrow();
        String token = token(by);
        String next = Identity.secret(
                identity.logins.changePassword(by, Identity.PASSWORD, "another horse walks down", false));
        assertThat(identity.withToken(token, "192.0.2.1")).isPresent();
        Principal again = identity.with(next).orElseThrow();
        identity.logins.changePassword(again, "another horse walks down", "a third horse walks down", true);
        assertThat(identity.withToken(token, "192.0.2.1")).isEmpty();
        assertThat(identity.actions()).filteredOn("token.revoked"::equals).hasSize(1);
    }

    @Test
    void gainedPermissionsNeedANewSecretAndLostOnesAreLostAtOnce() {
        User anna = identity.user("anna", "user");
        String secret = identity.login("anna", Identity.PASSWORD).secret();
        identity.users.change(
                Authority.ROOT,
                anna.id(),
                new UserPatch(Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(List.of("approver"))),
                OptionalLong.empty());
        Principal before = identity.with(secret).orElseThrow();
        assertThat(before.permissions()).isEmpty();
        String next = identity.sessions.refresh(before).map(Identity::secret).orElseThrow();
        assertThat(identity.with(secret)).isEmpty();
        Principal after = identity.with(next).orElseThrow();
        assertThat(after.permissions()).containsExactly(Permission.APPROVE_REQUESTS);
        assertThat(identity.sessions.refresh(after)).isEmpty();
    }

    @Test
    void foreignSessionsAreNobodysBusiness() {
        User anna = identity.user("anna", "user");
        identity.user("bert", "user");
        Sessions.Opened opened = identity.login("anna", Identity.PASSWORD);
        Principal bert = identity.with(identity.login("bert", Identity.PASSWORD).secret())
                .orElseThrow();
        refuses(404, () -> identity.sessions.revoke(bert, opened.session().id()));
        refuses(404, () -> identity.sessions.revoke(bert, "no such session"));
        refuses(403, () -> identity.sessions.of(bert, anna.id()));
        Principal own = identity.with(opened.secret()).orElseThrow();
        assertThat(identity.sessions.of(own, anna.id())).hasSize(1);
        identity.sessions.revoke(own, opened.session().id());
        assertThat(identity.with(opened.secret())).isEmpty();
    }

    @Test
    void theDatabaseHoldsNoSecretThatLetsAnybodyIn() {
        identity.user("anna", "user");
        String secret = identity.login("anna", Identity.PASSWORD).secret();
        Identity.App app = identity.app(secret);
        String text = identity.database.read(transaction ->
                String.join("|", Sql.of(transaction).list(row -> row.text("hash"), "SELECT hash FROM password")));
        assertThat(text).doesNotContain(Identity.PASSWORD).contains("$argon2id$v=19$");
        assertThat(identity.events.toString())
                .doesNotContain(
                        app.secret(), secret, Identity.PASSWORD, app.seed().base32());
    }

    @Test
    void aHashOfOldParametersIsReplacedAtTheNextLogin() {
        User anna = identity.user("anna", "user");
        String old = Argon2.hash(Identity.PASSWORD, new Argon2.Cost(32, 1));
        identity.work.housekeeping(transaction -> {
            identity.loginStore.setPassword(
                    transaction, anna.id(), new LoginStore.Password(old, false), identity.clock.instant());
            return true;
        });
        identity.login("anna", Identity.PASSWORD);
        String now = identity.work
                .read(transaction -> identity.loginStore.password(transaction, anna.id()))
                .map(LoginStore.Password::hash)
                .orElseThrow();
        assertThat(now).contains("m=64,t=1").isNotEqualTo(old);
        assertThat(identity.login("anna", Identity.PASSWORD)).isNotNull();
    }

    @Test
    void aDirectoryMakesItsUsersAndTakesNobodyElses() {
        identity.user("anna", "user");
        identity.directories.add(new TestDirectory("corp", Set.of("anna", "carl")));
        Sessions.Client client = Identity.from("192.0.2.1");
        refuses(
                401,
                () -> identity.logins.login(
                        new Logins.Attempt("anna", "directory password", Optional.of("corp"), client)));
        Sessions.Opened carl =
                identity.logins.login(new Logins.Attempt("carl", "directory password", Optional.of("corp"), client));
        assertThat(identity.with(carl.secret()).orElseThrow().permissions()).containsExactly(Permission.REQUEST);
        refuses(401, () -> identity.logins.login(new Logins.Attempt("carl", WRONG, Optional.of("corp"), client)));
        refuses(401, () -> identity.login("carl", "directory password"));
        String hashes = identity.database.read(transaction -> String.valueOf(
                identity.loginStore.password(transaction, carl.session().userId())));
        assertThat(hashes).isEqualTo("Optional.empty");
    }

    /// Knows nobody, and who was asked for.
    private record AskedDirectory(String id, List<String> asked) implements Directory {
        @Override
        public String kind() {
            return "ldap";
        }

        @Override
        public String label() {
            return "Directory";
        }

        @Override
        public Optional<NewUser> check(String name, String password) {
            asked.add(name);
            return Optional.empty();
        }
    }

    /// Knows some people, all with one password.
    private record TestDirectory(String id, Set<String> people) implements Directory {
        @Override
        public String kind() {
            return "ldap";
        }

        @Override
        public String label() {
            return "Directory";
        }

        @Override
        public Optional<NewUser> check(String name, String password) {
            return people.contains(name) && password.equals("directory password")
                    ? Optional.of(new NewUser(
                            name,
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.of(id)))
                    : Optional.empty();
        }
    }

    @Test
    void aCommandLineIsLetInOnce() {
        User anna = identity.user("anna", "user");
        Principal by = identity.fresh("anna");
        DeviceCodes.Started started = identity.deviceCodes.start("sekisho on host\u0000", "192.0.2.5");
        assertThat(started.userCode()).matches("[B-DF-HJ-NP-TV-XZ]{4}-[0-9]{4}");
        refuses(428, () -> identity.deviceCodes.redeem(started.secret(), "192.0.2.5"));
        String typed = started.userCode().toLowerCase(Locale.ROOT).replace("-", " ");
        assertThat(identity.deviceCodes.find(by, typed).client()).isEqualTo("sekisho on host?");
        identity.deviceCodes.decide(by, typed, true);
        refuses(404, () -> identity.deviceCodes.decide(by, typed, true));
        String token =
                identity.deviceCodes.redeem(started.secret(), "192.0.2.5").secret();
        refuses(410, () -> identity.deviceCodes.redeem(started.secret(), "192.0.2.5"));
        assertThat(identity.withToken(token, "192.0.2.5").orElseThrow().userId())
                .contains(anna.id());
    }

    @Test
    void aCommandLineThatIsRefusedOrTooLateStaysOut() {
        identity.user("anna", "user");
        Principal by = identity.fresh("anna");
        DeviceCodes.Started refused = identity.deviceCodes.start("one", "192.0.2.5");
        identity.deviceCodes.decide(by, refused.userCode(), false);
        refuses(403, () -> identity.deviceCodes.redeem(refused.secret(), "192.0.2.5"));
        DeviceCodes.Started late = identity.deviceCodes.start("two", "192.0.2.5");
        identity.clock.pass(DeviceCodes.LIFE);
        refuses(404, () -> identity.deviceCodes.decide(by, late.userCode(), true));
        refuses(410, () -> identity.deviceCodes.redeem(late.secret(), "192.0.2.5"));
        refuses(410, () -> identity.deviceCodes.redeem("x", "192.0.2.5"));
    }

    @Test
    void codesOfCommandLinesCantBeGuessed() {
        identity.user("anna", "user");
        Principal by = identity.fresh("anna");
        for (int i = 0; i < 10; i++) {
            refuses(404, () -> identity.deviceCodes.find(by, "BBBB-0000"));
        }
        refuses(429, () -> identity.deviceCodes.find(by, "BBBB-0000"));
    }

    @Test
    void whatDecidesAboutSecretsIsNotShownByToString() {
        assertThat(new Proof.Totp("123456").toString()).doesNotContain("123456");
        assertThat(new LoginApi.Login("anna", "secret!", Optional.empty()).toString())
                .doesNotContain("secret!");
        assertThatThrownBy(() -> new LoginApi.Login("anna", "x".repeat(5000), Optional.empty()))
                .hasMessageNotContaining("xxxx");
    }
}
