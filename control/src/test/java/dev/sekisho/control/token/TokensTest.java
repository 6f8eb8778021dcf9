package dev.sekisho.control.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.control.factor.Kind;
import dev.sekisho.control.login.IdentityContract;
import dev.sekisho.control.role.Authority;
import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.control.store.TestDatabases.TestDatabase;
import dev.sekisho.control.user.NewUser;
import dev.sekisho.control.user.User;
import dev.sekisho.control.user.UserPatch;
import dev.sekisho.control.web.Principal;
import dev.sekisho.policy.Permission;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class TokensTest extends IdentityContract {
    private static final String HOME = "192.0.2.1";

    @Override
    protected TestDatabase newDatabase() {
        return TestDatabases.sqlite();
    }

    private static NewToken token(List<String> scopes, String... sources) {
        return new NewToken(
                "robot",
                Optional.empty(),
                scopes,
                Optional.empty(),
                sources.length == 0 ? Optional.empty() : Optional.of(List.of(sources)));
    }

    private static NewToken tokenOf(String owner, List<String> scopes) {
        return new NewToken("robot", Optional.of(owner), scopes, Optional.empty(), Optional.empty());
    }

    @Test
    void mayDoWhatItsScopesAndItsOwnerAllowWhenItIsUsed() {
        User anna = identity.user("anna", "user", "approver");
        Principal by = identity.fresh("anna");
        String secret =
                identity.tokens.create(by, token(List.of("APPROVE REQUESTS"))).secret();
        assertThat(identity.withToken(secret, HOME).orElseThrow().permissions())
                .containsExactly(Permission.APPROVE_REQUESTS);
        identity.users.change(
                Authority.ROOT,
                anna.id(),
                new UserPatch(Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(List.of("user"))),
                OptionalLong.empty());
        assertThat(identity.withToken(secret, HOME).orElseThrow().permissions()).isEmpty();
        identity.users.disable(Authority.ROOT, anna.id());
        assertThat(identity.withToken(secret, HOME)).isEmpty();
    }

    @Test
    void isMadeForNoMoreThanItsOwnerMayDo() {
        identity.user("anna", "user");
        Principal by = identity.fresh("anna");
        refuses(403, () -> identity.tokens.create(by, token(List.of("MANAGE USERS"))));
        User bert = identity.user("bert", "user");
        refuses(403, () -> identity.tokens.create(by, tokenOf(bert.id(), List.of("REQUEST"))));
        refuses(400, () -> identity.tokens.create(Authority.ROOT, tokenOf(bert.id(), List.of("MANAGE USERS"))));
        refuses(400, () -> identity.tokens.create(Authority.ROOT, tokenOf("nobody", List.of())));
    }

    @Test
    void makesNoTokensAndChangesNoLogin() {
        identity.user("anna", "user");
        String secret = identity.tokens
                .create(identity.fresh("anna"), token(List.of("REQUEST")))
                .secret();
        Principal robot = identity.withToken(secret, HOME).orElseThrow();
        refuses(403, () -> identity.tokens.create(robot, token(List.of("REQUEST"))));
        refuses(403, () -> identity.mine.addApp(robot, "phone"));
        refuses(403, () -> identity.mine.newRecoveryCodes(robot));
        refuses(403, () -> identity.sessions.state(robot));
        refuses(403, () -> identity.sessions.logout(robot));
        refuses(403, () -> identity.deviceCodes.find(robot, "BBBB-0000"));
        assertThat(identity.sessions.proved(robot, Kind.TOTP)).isEmpty();
    }

    @Test
    void countsFromItsSourcesOnly() {
        identity.user("anna", "user");
        String secret = identity.tokens
                .create(identity.fresh("anna"), token(List.of(), "10.0.0.0/8", "2001:db8::/32"))
                .secret();
        assertThat(identity.withToken(secret, "10.9.8.7")).isPresent();
        assertThat(identity.withToken(secret, "2001:db8::9")).isPresent();
        assertThat(identity.withToken(secret, "11.0.0.1")).isEmpty();
        assertThat(identity.withToken(secret, "fe80:0:0:0:0:0:0:1%eth0")).isEmpty();
    }

    private Optional<String> lastSource(TokenStore store, String id) {
        return identity.work
                .read(transaction -> store.find(transaction, id))
                .orElseThrow()
                .lastSource();
    }

    /// Uses are noted a moment later, and by each node for itself.
    @Test
    void anEarlierUseThatIsNotedLaterHidesNothing() {
        identity.user("anna", "user");
        String id = identity.tokens
                .create(identity.fresh("anna"), token(List.of()))
                .token()
                .id();
        TokenStore store = new JdbcTokenStore();
        Instant now = identity.clock.instant();
        identity.work.housekeeping(transaction -> {
            store.used(transaction, id, now, HOME);
            store.used(transaction, id, now.minusSeconds(1), "198.51.100.1");
            return 0;
        });
        assertThat(lastSource(store, id)).contains(HOME);
        identity.work.housekeeping(transaction -> {
            store.used(transaction, id, now, "198.51.100.1");
            return 0;
        });
        assertThat(lastSource(store, id)).contains("198.51.100.1");
    }

    @Test
    void endsInTimeOrWhenItIsRevoked() {
        identity.user("anna", "user");
        Principal by = identity.fresh("anna");
        Instant end = identity.clock.instant().plus(Duration.ofHours(1));
        NewToken hour = new NewToken("hour", Optional.empty(), List.of(), Optional.of(end), Optional.empty());
        String secret = identity.tokens.create(by, hour).secret();
        Tokens.Created year = identity.tokens.create(by, token(List.of()));
        identity.clock.pass(Duration.ofHours(1));
        assertThat(identity.withToken(secret, HOME)).isEmpty();
        assertThat(identity.withToken(year.secret(), HOME)).isPresent();
        identity.tokens.revoke(by, year.token().id());
        assertThat(identity.withToken(year.secret(), HOME)).isEmpty();
        refuses(400, () -> identity.tokens.create(by, hour));
    }

    @Test
    void ofOthersIsNobodysBusiness() {
        User anna = identity.user("anna", "user");
        identity.user("bert", "user");
        Tokens.Created annas = identity.tokens.create(identity.fresh("anna"), token(List.of()));
        Principal bert = identity.fresh("bert");
        refuses(403, () -> identity.tokens.of(bert, anna.id()));
        refuses(404, () -> identity.tokens.revoke(bert, annas.token().id()));
        assertThat(identity.withToken(annas.secret(), HOME)).isPresent();
    }

    @Test
    void oneLetterOffIsNoToken() {
        String token = TokenText.next(new SecureRandom(), TokenText.API);
        assertThat(token).matches("sk_[0-9A-Za-z]{49}");
        assertThat(TokenText.isToken(token, TokenText.API)).isTrue();
        assertThat(TokenText.isToken(token, TokenText.ROOT)).isFalse();
        for (int i = 3; i < token.length(); i++) {
            char other = token.charAt(i) == 'a' ? 'b' : 'a';
            String typo = token.substring(0, i) + other + token.substring(i + 1);
            assertThat(TokenText.isToken(typo, TokenText.API)).as("at " + i).isFalse();
        }
        for (String junk : List.of("", "sk_", token + "x", token.substring(1), "sk_" + "é".repeat(49))) {
            assertThat(TokenText.isToken(junk, TokenText.API)).isFalse();
        }
    }

    @Test
    void serviceAccountsHaveTokensAndNoPassword() {
        User robot = identity.users.createService(
                Authority.ROOT,
                new NewUser(
                        "robot",
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(List.of("auditor")),
                        Optional.empty()));
        String secret = identity.tokens
                .create(Authority.ROOT, tokenOf(robot.id(), List.of("VIEW AUDIT")))
                .secret();
        assertThat(identity.withToken(secret, HOME).orElseThrow().permissions()).containsExactly(Permission.VIEW_AUDIT);
        refuses(401, () -> identity.login("robot", ""));
        refuses(409, () -> identity.users.resetPassword(Authority.ROOT, robot.id()));
    }

    @Test
    void rootTokensLiveForMinutesInMemory() {
        String token = identity.rootTokens.mint(Duration.ofMinutes(5));
        Principal root = identity.withToken(token, "127.0.0.1").orElseThrow();
        assertThat(root.userId()).isEmpty();
        assertThat(root.permissions()).containsExactlyInAnyOrder(Permission.values());
        assertThat(root.source()).isEqualTo("127.0.0.1");
        identity.clock.pass(Duration.ofMinutes(5));
        assertThat(identity.withToken(token, "127.0.0.1")).isEmpty();
        assertThatThrownBy(() -> identity.rootTokens.mint(Duration.ofHours(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> identity.rootTokens.mint(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aScopeThatThereIsNotIsNamed() {
        assertThatThrownBy(() -> token(List.of("VIEW USERS", "LOOK")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'LOOK'");
    }
}
