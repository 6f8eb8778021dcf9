package dev.sekisho.control.factor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.control.login.Identity;
import dev.sekisho.control.login.IdentityContract;
import dev.sekisho.control.role.Authority;
import dev.sekisho.control.store.TestDatabases;
import dev.sekisho.control.store.TestDatabases.TestDatabase;
import dev.sekisho.control.user.User;
import dev.sekisho.control.web.Principal;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PasskeyTest extends IdentityContract {
    private static final SecondFactors.Outcome WRONG = new SecondFactors.Outcome.Wrong();

    private User anna = identity.user("anna", "user");
    private SoftKey key = new SoftKey(anna.id());

    @Override
    protected TestDatabase newDatabase() {
        return TestDatabases.sqlite();
    }

    @BeforeEach
    void isRegistered() {
        Principal by = identity.with(identity.login("anna", Identity.PASSWORD).secret())
                .orElseThrow();
        identity.mine.addPasskey(
                by, key.register(identity.mine.passkeyOptions(by, "stick").challenge()));
        assertThat(identity.actions()).contains("factor.added");
    }

    private SecondFactors.Outcome show() {
        key.counter++;
        return identity.verify(
                anna.id(),
                new Proof.Passkey(
                        key.show(identity.factors.passkeyOptions(anna.id()).challenge())));
    }

    @Test
    void aPasskeyIsShown() {
        assertThat(show()).isInstanceOf(SecondFactors.Outcome.Accepted.class);
        assertThat(show()).isInstanceOf(SecondFactors.Outcome.Accepted.class);
    }

    @Test
    void whatIsBentIsRefused() {
        Map<String, Consumer<SoftKey>> bends = Map.of(
                "another origin", bent -> bent.origin = "https://portal.test.evil.test",
                "http", bent -> bent.origin = "http://portal.test",
                "another relying party", bent -> bent.rpId = "evil.test",
                "a frame", bent -> bent.crossOrigin = true,
                "no user verification", bent -> bent.flags = 0x01,
                "no user presence", bent -> bent.flags = 0x04,
                "a registration's type", bent -> bent.type = "webauthn.create",
                "a lower counter", bent -> bent.counter = -1,
                "somebody else's handle", bent -> bent.userHandle = "YmVydA",
                "an unknown credential", bent -> bent.credentialId = new byte[32]);
        bends.forEach((what, bend) -> {
            SoftKey before = key;
            SoftKey bent = before;
            String origin = bent.origin;
            String rpId = bent.rpId;
            byte[] credentialId = bent.credentialId;
            String handle = bent.userHandle;
            long counter = bent.counter;
            bend.accept(bent);
            assertThat(show()).as(what).isEqualTo(WRONG);
            bent.origin = origin;
            bent.rpId = rpId;
            bent.credentialId = credentialId;
            bent.userHandle = handle;
            bent.counter = counter;
            bent.crossOrigin = false;
            bent.flags = 0x05;
            bent.type = "";
            identity.users.unlock(Authority.ROOT, anna.id());
        });
        key.counter = 50;
        assertThat(show()).isInstanceOf(SecondFactors.Outcome.Accepted.class);
    }

    @Test
    void anAssertionCountsOnce() {
        key.counter++;
        String challenge = identity.factors.passkeyOptions(anna.id()).challenge();
        String shown = key.show(challenge);
        assertThat(identity.verify(anna.id(), new Proof.Passkey(shown)))
                .isInstanceOf(SecondFactors.Outcome.Accepted.class);
        assertThat(identity.verify(anna.id(), new Proof.Passkey(shown))).isEqualTo(WRONG);
        key.counter++;
        assertThat(identity.verify(anna.id(), new Proof.Passkey(key.show(challenge))))
                .isEqualTo(WRONG);
    }

    @Test
    void aChallengeIsForOneUserOnePurposeAndSomeMinutes() {
        User bert = identity.user("bert", "user");
        Principal by = identity.with(identity.login("bert", Identity.PASSWORD).secret())
                .orElseThrow();
        SoftKey other = new SoftKey(bert.id());
        identity.mine.addPasskey(
                by, other.register(identity.mine.passkeyOptions(by, "stick").challenge()));
        key.counter = 9;
        String berts = identity.factors.passkeyOptions(bert.id()).challenge();
        assertThat(identity.verify(anna.id(), new Proof.Passkey(key.show(berts))))
                .isEqualTo(WRONG);
        String annas = identity.factors.passkeyOptions(anna.id()).challenge();
        assertThat(identity.verify(bert.id(), new Proof.Passkey(key.show(annas))))
                .isEqualTo(WRONG);
        String late = identity.factors.passkeyOptions(anna.id()).challenge();
        identity.clock.pass(Duration.ofMinutes(6));
        assertThat(identity.verify(anna.id(), new Proof.Passkey(key.show(late))))
                .isEqualTo(WRONG);
    }

    @Test
    void aCredentialIsRegisteredOnceForWhomever() {
        identity.user("bert", "user");
        Principal by = identity.with(identity.login("bert", Identity.PASSWORD).secret())
                .orElseThrow();
        SoftKey copy = new SoftKey(anna.id());
        copy.credentialId = key.credentialId;
        String challenge = identity.mine.passkeyOptions(by, "stick").challenge();
        refuses(409, () -> identity.mine.addPasskey(by, copy.register(challenge)));
    }

    @Test
    void registrationsThatAreBentAreRefused() {
        identity.user("carl", "user");
        Principal by = identity.with(identity.login("carl", Identity.PASSWORD).secret())
                .orElseThrow();
        Map<String, Consumer<SoftKey>> bends = Map.of(
                "another origin", bent -> bent.origin = "https://evil.test",
                "another relying party", bent -> bent.rpId = "evil.test",
                "a frame", bent -> bent.crossOrigin = true,
                "no user verification", bent -> bent.flags = 0x01,
                "an assertion's type", bent -> bent.type = "webauthn.get");
        bends.forEach((_, bend) -> {
            SoftKey bent = new SoftKey(anna.id());
            bend.accept(bent);
            String challenge = identity.mine.passkeyOptions(by, "stick").challenge();
            refuses(400, () -> identity.mine.addPasskey(by, bent.register(challenge)));
        });
        String annas = identity.factors.passkeyOptions(anna.id()).challenge();
        refuses(400, () -> identity.mine.addPasskey(by, new SoftKey(anna.id()).register(annas)));
        for (String junk : new String[] {"", "{}", "null", "[]", "{\"id\":1}", "{\"id\":\"a\",\"response\":{}}"}) {
            refuses(400, () -> identity.mine.addPasskey(by, junk));
            assertThat(identity.verify(anna.id(), new Proof.Passkey(junk))).isEqualTo(WRONG);
        }
    }

    @Test
    void theOptionsAskForVerificationAndKnowWhatIsThere() {
        PasskeyOptions.Request options = identity.factors.passkeyOptions(anna.id());
        assertThat(options.userVerification()).isEqualTo("required");
        assertThat(options.rpId()).isEqualTo("portal.test");
        assertThat(options.allowCredentials())
                .containsExactly(new PasskeyOptions.Credential("public-key", SoftKey.text(key.credentialId)));
        refuses(
                409,
                () -> identity.factors.passkeyOptions(
                        identity.user("dora", "user").id()));
    }

    @Test
    void aQrCodeIsAPlainDrawing() {
        String svg = QrSvg.of("otpauth://totp/Sekisho:anna?secret=GEZDGNBVGY3TQOJQ");
        assertThat(svg).startsWith("<svg ").endsWith("</svg>").doesNotContain("GEZDGNBVGY3TQOJQ", "script");
    }
}
