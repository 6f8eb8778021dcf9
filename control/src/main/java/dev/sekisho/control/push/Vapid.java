package dev.sekisho.control.push;

import dev.sekisho.control.web.Json;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/// Says to push services who sends: a token signed with this server's key. Immutable; thread-safe.
///
/// Source: RFC 8292.
final class Vapid {
    private static final Duration LIFETIME = Duration.ofHours(12);
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final ECPrivateKey privateKey;
    private final byte[] publicKey;

    private Vapid(ECPrivateKey privateKey, byte[] publicKey) {
        this.privateKey = privateKey;
        this.publicKey = publicKey;
    }

    /// With a new key pair.
    static Vapid generate() {
        KeyPair pair = P256.generate();
        return new Vapid((ECPrivateKey) pair.getPrivate(), P256.bytes((ECPublicKey) pair.getPublic()));
    }

    /// With the key pair that [#bytes] gave.
    static Vapid of(byte[] bytes) {
        if (bytes.length != P256.PRIVATE_BYTES + P256.PUBLIC_BYTES) {
            throw new IllegalArgumentException("the push key pair is damaged");
        }
        return new Vapid(
                P256.privateKey(Arrays.copyOf(bytes, P256.PRIVATE_BYTES)),
                Arrays.copyOfRange(bytes, P256.PRIVATE_BYTES, bytes.length));
    }

    /// The private, then the public key. The caller wipes them.
    byte[] bytes() {
        byte[] bytes = Arrays.copyOf(P256.bytes(privateKey), P256.PRIVATE_BYTES + P256.PUBLIC_BYTES);
        System.arraycopy(publicKey, 0, bytes, P256.PRIVATE_BYTES, P256.PUBLIC_BYTES);
        return bytes;
    }

    /// The public key as browsers want it.
    String publicKeyText() {
        return BASE64.encodeToString(publicKey);
    }

    /// The `Authorization` header for a message.
    ///
    /// @param endpoint where it goes
    /// @param contact a `mailto:` or `https:` address of who runs this server
    String authorization(URI endpoint, String contact, Instant now) {
        Map<String, Object> claims = new LinkedHashMap<>();
        int port = endpoint.getPort();
        claims.put("aud", endpoint.getScheme() + "://" + endpoint.getHost() + (port < 0 ? "" : ":" + port));
        claims.put("exp", now.plus(LIFETIME).getEpochSecond());
        claims.put("sub", contact);
        String unsigned = BASE64.encodeToString(Json.bytes(Map.of("typ", "JWT", "alg", "ES256")))
                + "."
                + BASE64.encodeToString(Json.bytes(claims));
        try {
            Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
            signature.initSign(privateKey);
            signature.update(unsigned.getBytes(StandardCharsets.US_ASCII));
            return "vapid t=" + unsigned + "." + BASE64.encodeToString(signature.sign()) + ", k=" + publicKeyText();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has ECDSA", e);
        }
    }
}
