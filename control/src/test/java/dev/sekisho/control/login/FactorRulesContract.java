package dev.sekisho.control.login;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.control.factor.FactorPolicy;
import dev.sekisho.control.factor.Kind;
import dev.sekisho.control.factor.PolicyEffects;
import dev.sekisho.control.factor.Proof;
import dev.sekisho.control.factor.SecondFactors;
import dev.sekisho.control.role.Authority;
import dev.sekisho.control.role.Role;
import dev.sekisho.control.role.RoleDraft;
import dev.sekisho.control.user.NewUser;
import dev.sekisho.control.user.User;
import dev.sekisho.control.web.Principal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("A10")
abstract class FactorRulesContract extends IdentityContract {
    private static final SecondFactors.Outcome WRONG = new SecondFactors.Outcome.Wrong();

    /// Takes every kind, so that other rules alone say which are left.
    private static final FactorPolicy EVERYBODY =
            new FactorPolicy("default", "never", List.of("totp", "passkey", "recovery", "email"));

    private static FactorPolicy always(String scope, String... kinds) {
        return new FactorPolicy(scope, "always", List.of(kinds));
    }

    private void hold(FactorPolicy... rules) {
        identity.policies.replace(Authority.ROOT, List.of(rules));
    }

    private PolicyEffects.Effects effects(FactorPolicy... rules) {
        return identity.effects.of(Authority.ROOT, List.of(rules));
    }

    private Stage stage(String secret) {
        return identity.sessions.state(identity.with(secret).orElseThrow()).stage();
    }

    private User without(String name, String role) {
        return identity.users
                .create(
                        Authority.ROOT,
                        new NewUser(
                                name,
                                Optional.empty(),
                                Optional.empty(),
                                Optional.of(Identity.PASSWORD),
                                Optional.of(List.of(role)),
                                Optional.empty()))
                .user();
    }

    @Test
    void aKindThatNoRuleTakesDoesNotCountBesideOneThatIsTaken() {
        User anna = identity.user("anna", "user");
        Identity.App app =
                identity.app(identity.login("anna", Identity.PASSWORD).secret());
        List<String> recovery =
                identity.mine.newRecoveryCodes(identity.with(app.secret()).orElseThrow());
        hold(always("default", "email"));
        identity.clock.pass(Duration.ofSeconds(60));
        assertThat(identity.verify(anna.id(), new Proof.Totp(identity.code(app.seed()))))
                .isEqualTo(WRONG);
        assertThat(identity.verify(anna.id(), new Proof.Recovery(recovery.getFirst())))
                .isEqualTo(WRONG);
        identity.factors.mailCode(Authority.ROOT.actor(), anna.id());
        String code = identity.mails.getLast().replaceAll("(?s).*code is ([0-9]{6}).*", "$1");
        assertThat(identity.verify(anna.id(), new Proof.Email(code)))
                .isInstanceOf(SecondFactors.Outcome.Accepted.class);
    }

    @Test
    void whoeverHasNoneOfTheTakenKindsShowsWhatTheyHaveAndSetsUpAnother() {
        identity.user("anna", "user");
        Identity.App app =
                identity.app(identity.login("anna", Identity.PASSWORD).secret());
        hold(always("default", "passkey"));
        identity.clock.pass(Duration.ofSeconds(60));
        String secret = identity.login("anna", Identity.PASSWORD).secret();
        assertThat(stage(secret)).isEqualTo(Stage.FACTOR);
        Principal before = identity.with(secret).orElseThrow();
        refuses(403, () -> identity.mine.passkeyOptions(before, "key"));
        String next = Identity.secret(identity.logins.showFactor(before, new Proof.Totp(identity.code(app.seed()))));
        assertThat(stage(next)).isEqualTo(Stage.ENROLL);
        assertThat(identity.mine.passkeyOptions(identity.with(next).orElseThrow(), "key"))
                .isNotNull();
    }

    @Test
    void onlyWhatCountsIsOfferedAtTheLogin() {
        User anna = identity.user("anna", "user");
        identity.app(identity.login("anna", Identity.PASSWORD).secret());
        hold(always("default", "email"));
        assertThat(counting(anna)).containsExactly(Kind.EMAIL);
        identity.mailIsSetUp = false;
        assertThat(counting(anna)).containsExactly(Kind.TOTP);
    }

    private Set<Kind> counting(User user) {
        return identity.work.read(
                transaction -> identity.factors.standing(transaction, user).counting());
    }

    @Test
    void effectsNameThoseWhoMustSetOneUp() {
        identity.user("anna", "user");
        identity.user("bert", "user", "approver");
        identity.user("carl", "user");
        identity.app(identity.login("anna", Identity.PASSWORD).secret());
        PolicyEffects.Effects found = effects(always("default", "totp"));
        assertThat(found.people()).isEqualTo(4);
        assertThat(found.required()).isEqualTo(4);
        assertThat(found.setUp()).containsExactlyInAnyOrder("admin", "bert", "carl");
        assertThat(found.lockedOut()).isEmpty();
        assertThat(found.refusal()).isEmpty();
        assertThat(effects(new FactorPolicy("default", "never", List.of("totp")), always("role:approver", "totp"))
                        .setUp())
                .containsExactly("bert");
    }

    @Test
    void effectsNameThoseWhomAMailCouldNotReach() {
        identity.user("anna", "user");
        without("bert", "user");
        without("carl", "user");
        identity.users.disable(
                Authority.ROOT,
                identity.work.read(transaction ->
                        identity.users.named(transaction, "carl").orElseThrow().id()));
        FactorPolicy mail = always("role:user", "email", "recovery");
        assertThat(effects(EVERYBODY, mail).lockedOut()).containsExactly("admin", "bert");
        identity.mailIsSetUp = false;
        PolicyEffects.Effects without = effects(EVERYBODY, mail);
        assertThat(without.mail()).isFalse();
        assertThat(without.lockedOut()).containsExactly("admin", "anna", "bert");
    }

    @Test
    void rulesThatLeaveNoKindLeaveAppsAndPasskeys() {
        without("bert", "user");
        PolicyEffects.Effects found =
                effects(new FactorPolicy("default", "never", List.of("totp")), always("role:user", "email"));
        assertThat(found.lockedOut()).isEmpty();
        assertThat(found.setUp()).containsExactly("admin", "bert");
    }

    @Test
    void effectsNameTwentyAndCountAll() {
        for (int i = 0; i < 25; i++) {
            without("user" + i, "user");
        }
        PolicyEffects.Effects found = effects(EVERYBODY, always("role:user", "email"));
        assertThat(found.lockedOut()).hasSize(20);
        assertThat(found.lockedOutCount()).isEqualTo(26);
    }

    @Test
    void nobodyLocksThemselvesOut() {
        without("anna", "administrator");
        identity.user("bert", "administrator");
        Principal anna = identity.fresh("anna");
        List<FactorPolicy> before = identity.policies.all();
        refuses(409, () -> identity.effects.replace(anna, List.of(always("default", "email"))))
                .hasMessageContaining("you could not log in any more");
        assertThat(identity.policies.all()).isEqualTo(before);
        identity.effects.replace(anna, List.of(always("default", "email", "totp")));
        assertThat(identity.policies.all()).containsExactly(always("default", "email", "totp"));
    }

    @Test
    void notAllAdministratorsAreLockedOut() {
        refuses(409, () -> identity.effects.replace(Authority.ROOT, List.of(always("default", "email"))))
                .hasMessageContaining("nobody who may change them could log in");
        identity.user("bert", "administrator");
        identity.effects.replace(Authority.ROOT, List.of(always("default", "email")));
        identity.mailIsSetUp = false;
        refuses(409, () -> identity.effects.replace(Authority.ROOT, List.of(always("default", "email"))))
                .hasMessageContaining("mail server");
    }

    @Test
    void aRuleGoesAlongWithItsRoleAndEndsWithIt() {
        Role made = identity.roles.create(Authority.ROOT, role("dba"));
        identity.user("anna", "user", "dba");
        hold(always("role:DBA", "totp"));
        assertThat(stage(identity.login("anna", Identity.PASSWORD).secret())).isEqualTo(Stage.ENROLL);
        identity.roles.replace(Authority.ROOT, made.id(), role("dbas"), OptionalLong.empty());
        assertThat(identity.policies.all()).contains(always("role:dbas", "totp"));
        assertThat(stage(identity.login("anna", Identity.PASSWORD).secret())).isEqualTo(Stage.ENROLL);
        identity.roles.delete(Authority.ROOT, made.id(), OptionalLong.empty());
        assertThat(identity.policies.all()).hasSize(1);
        assertThat(stage(identity.login("anna", Identity.PASSWORD).secret())).isEqualTo(Stage.COMPLETE);
    }

    private static RoleDraft role(String name) {
        return new RoleDraft(name, Optional.empty(), List.of(), List.of());
    }

    @Test
    void aRuleNeedsARoleThatThereIsAndStandsOnce() {
        refuses(400, () -> hold(always("role:nobody", "totp")));
        refuses(400, () -> hold(always("role:user", "totp"), always("role:User", "passkey")));
        hold(always("role:user", "totp"));
        assertThat(identity.policies.all()).hasSize(2);
    }
}
