package dev.sekisho.control.directory.oidc;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.sekisho.control.directory.DirectoryException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Says whether an ID token is the provider's, for us, for this login, and of now (OpenID Connect Core 1.0 section
/// 3.1.3.7). Thread-safe.
final class IdTokens {
    /// How far clocks may be apart.
    static final Duration SKEW = Duration.ofSeconds(60);

    /// A token is made while somebody logs in: an old one is a copy.
    static final Duration OLDEST = Duration.ofMinutes(10);

    /// Signatures with a key of which we know the public half: never `none`, never one that we could make ourselves.
    private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.PS384,
            JWSAlgorithm.PS512,
            JWSAlgorithm.ES256,
            JWSAlgorithm.ES384,
            JWSAlgorithm.ES512);

    private static final int MIN_RSA_BITS = 2048;
    private static final int MAX_KEYS = 8;
    private static final int MAX_SUBJECT = 255;

    private final Providers providers;
    private final InstantSource clock;

    IdTokens(Providers providers, InstantSource clock) {
        this.providers = providers;
        this.clock = clock;
    }

    /// What a token has to match.
    ///
    /// @param nonce of this login
    /// @param accessToken that came with it
    record Expected(OidcSettings settings, Metadata provider, String nonce, Optional<String> accessToken) {}

    /// Checks a token.
    ///
    /// @return its claims
    /// @throws DirectoryException at step `token`, saying what is wrong
    JWTClaimsSet check(Expected expected, String token) {
        try {
            SignedJWT jwt = SignedJWT.parse(token);
            JWSHeader header = jwt.getHeader();
            require(ALGORITHMS.contains(header.getAlgorithm()), "is signed in a way that is not accepted");
            require(header.getCriticalParams() == null, "asks for extensions that are not known");
            require(isSigned(expected.provider(), jwt), "is not signed by the provider");
            JWTClaimsSet claims = jwt.getJWTClaimsSet();
            checkAddressees(expected, claims);
            checkTimes(claims);
            require(
                    isSame(expected.nonce(), claims.getStringClaim("nonce")),
                    "belongs to another login: its nonce is wrong");
            checkAccessToken(expected, claims, header.getAlgorithm());
            String subject = claims.getSubject();
            require(
                    subject != null && !subject.isBlank() && subject.length() <= MAX_SUBJECT,
                    "does not say who it is about");
            return claims;
        } catch (ParseException e) {
            throw new DirectoryException("token", "the provider's ID token can't be read", e);
        }
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new DirectoryException("token", "the provider's ID token " + otherwise, null);
        }
    }

    private boolean isSigned(Metadata provider, SignedJWT jwt) {
        return isSigned(providers.keys(provider, false), jwt) || isSigned(providers.keys(provider, true), jwt);
    }

    private static boolean isSigned(JWKSet keys, SignedJWT jwt) {
        List<JWK> fitting = new JWKSelector(JWKMatcher.forJWSHeader(jwt.getHeader())).select(keys);
        for (JWK key : fitting.subList(0, Math.min(MAX_KEYS, fitting.size()))) {
            try {
                boolean weak = key.getKeyType().getValue().equals("RSA") && key.size() < MIN_RSA_BITS;
                if (!weak
                        && key instanceof AsymmetricJWK asymmetric
                        && jwt.verify(new DefaultJWSVerifierFactory()
                                .createJWSVerifier(jwt.getHeader(), asymmetric.toPublicKey()))) {
                    return true;
                }
            } catch (JOSEException e) {
                throw new DirectoryException("token", "the provider's ID token can't be checked with its keys", e);
            }
        }
        return false;
    }

    private static void checkAddressees(Expected expected, JWTClaimsSet claims) throws ParseException {
        String clientId = expected.settings().clientId();
        require(expected.settings().issuer().equals(claims.getIssuer()), "comes from another issuer");
        List<String> audience = claims.getAudience();
        require(audience.contains(clientId), "is for somebody else: its audience is not our client id");
        String authorized = claims.getStringClaim("azp");
        require(audience.size() == 1 || authorized != null, "is for several, and does not say for whom it was made");
        require(authorized == null || authorized.equals(clientId), "was made for somebody else");
    }

    private void checkTimes(JWTClaimsSet claims) {
        Instant now = clock.instant();
        Date expires = claims.getExpirationTime();
        Date made = claims.getIssueTime();
        Date begins = claims.getNotBeforeTime();
        require(expires != null && now.isBefore(expires.toInstant().plus(SKEW)), "has expired, or never does");
        require(
                made != null
                        && !made.toInstant().isAfter(now.plus(SKEW))
                        && made.toInstant().isAfter(now.minus(OLDEST)),
                "was not made just now: check the clocks");
        require(begins == null || !begins.toInstant().isAfter(now.plus(SKEW)), "is not valid yet: check the clocks");
    }

    private static void checkAccessToken(Expected expected, JWTClaimsSet claims, JWSAlgorithm algorithm)
            throws ParseException {
        String hash = claims.getStringClaim("at_hash");
        if (hash == null || expected.accessToken().isEmpty()) {
            require(hash == null, "names an access token, but none came");
            return;
        }
        String name = "SHA-" + algorithm.getName().substring(2);
        byte[] digest = digest(name, expected.accessToken().get());
        String half = Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(digest, digest.length / 2));
        require(isSame(half, hash), "belongs to another access token");
    }

    static byte[] digest(String algorithm, String text) {
        try {
            return MessageDigest.getInstance(algorithm).digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + algorithm, e);
        }
    }

    private static boolean isSame(String expected, @Nullable String found) {
        return found != null
                && MessageDigest.isEqual(
                        expected.getBytes(StandardCharsets.UTF_8), found.getBytes(StandardCharsets.UTF_8));
    }
}
