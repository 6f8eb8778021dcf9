package dev.sekisho.control.directory.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.sekisho.control.directory.DirectoryException;
import dev.sekisho.control.directory.Settings;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Forged and broken ID tokens.
class IdTokensTest {
    private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");
    private static final String ISSUER = "https://login.example.org";
    private static final RSAKey KEY = rsa("a", 2048);
    private static final RSAKey STRANGERS = rsa("a", 2048);
    private static final ECKey ELLIPTIC = elliptic();

    private int asked;
    private JWKSet published = new JWKSet(List.of(KEY.toPublicJWK(), ELLIPTIC.toPublicJWK()));
    private final Outgoing outgoing = (_, _, _, _) -> {
        asked++;
        return new Outgoing.Reply(200, published.toString());
    };
    private final IdTokens tokens =
            new IdTokens(new Providers(outgoing, InstantSource.fixed(NOW)), InstantSource.fixed(NOW));
    private final IdTokens.Expected expected = new IdTokens.Expected(
            OidcSettings.of(new Settings(Map.of("issuer", ISSUER, "clientId", "sekisho"))),
            new Metadata(
                    URI.create(ISSUER + "/auth"),
                    URI.create(ISSUER + "/token"),
                    URI.create(ISSUER + "/keys"),
                    Optional.empty(),
                    false,
                    false),
            "the nonce",
            Optional.of("the access token"));

    private static RSAKey rsa(String id, int bits) {
        try {
            return new RSAKeyGenerator(bits).keyID(id).keyUse(KeyUse.SIGNATURE).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ECKey elliptic() {
        try {
            return new ECKeyGenerator(Curve.P_256).keyID("ec").generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JWTClaimsSet.Builder good() {
        return new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .audience("sekisho")
                .subject("subject")
                .claim("nonce", "the nonce")
                .issueTime(Date.from(NOW))
                .expirationTime(Date.from(NOW.plusSeconds(300)));
    }

    private static String signed(JWSHeader header, JWSSigner signer, JWTClaimsSet claims) {
        try {
            SignedJWT jwt = new SignedJWT(header, claims);
            jwt.sign(signer);
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JWSSigner signer(RSAKey key) {
        try {
            return new RSASSASigner(key);
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JWSHeader header(JWSAlgorithm algorithm, String key) {
        return new JWSHeader.Builder(algorithm).keyID(key).build();
    }

    private static String rs256(UnaryOperator<JWTClaimsSet.Builder> change) {
        return signed(
                header(JWSAlgorithm.RS256, "a"),
                signer(KEY),
                change.apply(good()).build());
    }

    private static String half(String hash, String text) {
        byte[] digest = IdTokens.digest(hash, text);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(digest, digest.length / 2));
    }

    @Test
    void aGoodTokenIsBelieved() throws JOSEException {
        assertThat(tokens.check(expected, rs256(claims -> claims)).getSubject()).isEqualTo("subject");
        String elliptic = signed(header(JWSAlgorithm.ES256, "ec"), new ECDSASigner(ELLIPTIC), good().build());
        assertThat(tokens.check(expected, elliptic).getSubject()).isEqualTo("subject");
        tokens.check(expected, rs256(claims -> claims.claim("at_hash", half("SHA-256", "the access token"))));
        tokens.check(
                expected,
                rs256(claims -> claims.audience(List.of("sekisho", "b")).claim("azp", "sekisho")));
        tokens.check(expected, rs256(claims -> claims.expirationTime(Date.from(NOW.minusSeconds(59)))));
    }

    private record Forged(String name, String token, String reason) {}

    private static Forged claim(String name, String reason, UnaryOperator<JWTClaimsSet.Builder> change) {
        return new Forged(name, rs256(change), reason);
    }

    private static Date at(Duration from) {
        return Date.from(NOW.plus(from));
    }

    private static Stream<Forged> claims() {
        return Stream.of(
                claim("other issuer", "another issuer", c -> c.issuer("https://evil.example.org")),
                claim("issuer with a slash", "another issuer", c -> c.issuer(ISSUER + "/")),
                claim("no issuer", "another issuer", c -> c.issuer(null)),
                claim("other audience", "audience", c -> c.audience("other")),
                claim("no audience", "audience", c -> c.audience((String) null)),
                claim("audience in other case", "audience", c -> c.audience("Sekisho")),
                claim("two audiences without azp", "for several", c -> c.audience(List.of("sekisho", "other"))),
                claim("azp of another", "somebody else", c -> c.claim("azp", "other")),
                claim("wrong nonce", "nonce", c -> c.claim("nonce", "another nonce")),
                claim("no nonce", "nonce", c -> c.claim("nonce", null)),
                claim("nonce that is a number", "can't be read", c -> c.claim("nonce", 7)),
                claim("expired", "expired", c -> c.expirationTime(at(Duration.ofSeconds(-61)))),
                claim("never expires", "expired", c -> c.expirationTime(null)),
                claim("without a time", "made just now", c -> c.issueTime(null)),
                claim("of the future", "made just now", c -> c.issueTime(at(Duration.ofSeconds(61)))),
                claim("of yesterday", "made just now", c -> c.issueTime(at(Duration.ofDays(-1)))),
                claim("not valid yet", "not valid yet", c -> c.notBeforeTime(at(Duration.ofMinutes(5)))),
                claim("without a subject", "who it is about", c -> c.subject(null)),
                claim("with a blank subject", "who it is about", c -> c.subject(" ")),
                claim("with a long subject", "who it is about", c -> c.subject("x".repeat(256))),
                claim("other access token", "another access token", c -> c.claim("at_hash", half("SHA-256", "x"))));
    }

    private static Stream<Forged> signatures() throws JOSEException {
        JWTClaimsSet claims = good().build();
        String good = rs256(c -> c);
        String[] parts = good.split("\\.", -1);
        return Stream.of(
                new Forged("alg none", new PlainJWT(claims).serialize(), "can't be read"),
                new Forged(
                        "HS256 with the public key as its secret",
                        signed(
                                header(JWSAlgorithm.HS256, "a"),
                                new MACSigner(KEY.toRSAPublicKey().getEncoded()),
                                claims),
                        "not accepted"),
                new Forged(
                        "a stranger's key of the same name",
                        signed(header(JWSAlgorithm.RS256, "a"), signer(STRANGERS), claims),
                        "not signed by the provider"),
                new Forged(
                        "a key that comes with the token",
                        signed(
                                new JWSHeader.Builder(JWSAlgorithm.RS256)
                                        .jwk(STRANGERS.toPublicJWK())
                                        .build(),
                                signer(STRANGERS),
                                claims),
                        "not signed by the provider"),
                new Forged(
                        "a key at a place that the token names",
                        signed(
                                new JWSHeader.Builder(JWSAlgorithm.RS256)
                                        .jwkURL(URI.create("https://evil.example.org/keys"))
                                        .build(),
                                signer(STRANGERS),
                                claims),
                        "not signed by the provider"),
                new Forged(
                        "an unknown key",
                        signed(header(JWSAlgorithm.RS256, "zz"), signer(KEY), claims),
                        "not signed by the provider"),
                new Forged(
                        "an extension that must be understood",
                        signed(
                                new JWSHeader.Builder(JWSAlgorithm.RS256)
                                        .keyID("a")
                                        .criticalParams(Set.of("exp"))
                                        .build(),
                                signer(KEY),
                                claims),
                        "extensions"),
                new Forged("no signature", parts[0] + "." + parts[1] + ".", ""),
                new Forged(
                        "other claims under a good signature",
                        parts[0] + "." + rs256(c -> c.subject("admin")).split("\\.", -1)[1] + "." + parts[2],
                        "not signed by the provider"),
                new Forged("no token", "hello", "can't be read"),
                new Forged("nothing", "", "can't be read"),
                new Forged("five parts", "a.b.c.d.e", "can't be read"));
    }

    @TestFactory
    Stream<DynamicTest> forgedTokensAreRefused() throws JOSEException {
        return Stream.concat(claims(), signatures())
                .map(forged -> DynamicTest.dynamicTest(
                        forged.name(),
                        () -> assertThatThrownBy(() -> tokens.check(expected, forged.token()))
                                .isInstanceOf(DirectoryException.class)
                                .hasMessageContaining(forged.reason())));
    }

    @Test
    void keysThatNobodyKnowsAreAskedForOnce() {
        String unknown = signed(header(JWSAlgorithm.RS256, "zz"), signer(STRANGERS), good().build());
        for (int i = 0; i < 10; i++) {
            assertThatThrownBy(() -> tokens.check(expected, unknown)).isInstanceOf(DirectoryException.class);
        }
        assertThat(asked).isEqualTo(1);
    }

    @Test
    void aProviderThatFailedIsLeftAloneForAWhile() {
        AtomicInteger calls = new AtomicInteger();
        Providers providers = new Providers(
                (_, _, _, _) -> {
                    calls.incrementAndGet();
                    throw new DirectoryException("connect", "nothing answers", null);
                },
                InstantSource.fixed(NOW));
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> providers.metadata(expected.settings())).hasMessageContaining("nothing answers");
        }
        assertThat(calls).hasValue(1);
    }

    @Test
    void aSecretKeyAmongTheProvidersKeysIsNoKey() throws Exception {
        published = JWKSet.parse("{\"keys\":[{\"kty\":\"oct\",\"kid\":\"a\",\"k\":\""
                + Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[64]) + "\"}]}");
        String token = signed(header(JWSAlgorithm.HS256, "a"), new MACSigner(new byte[64]), good().build());
        assertThatThrownBy(() -> tokens.check(expected, token)).hasMessageContaining("not accepted");
    }
}
