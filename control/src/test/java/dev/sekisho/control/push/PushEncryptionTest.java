package dev.sekisho.control.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.Signature;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The example of RFC 8291, appendix A, and the token of RFC 8292.
@Tag("A10")
final class PushEncryptionTest {
    private static final String BROWSER_KEY =
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";

    @Test
    void encryptsAsTheExampleOfTheRfc() {
        KeyPair ours = new KeyPair(
                P256.publicKey(decode(
                        "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8")),
                P256.privateKey(decode("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")));

        byte[] sealed = PushEncryption.encrypt(
                "When I grow up, I want to be a watermelon".getBytes(StandardCharsets.US_ASCII),
                P256.publicKey(decode(BROWSER_KEY)),
                decode("BTBZMqHH6r4Tts7J_aSIgg"),
                ours,
                decode("DGv6ra1nlYgDCS1FRnbzlw"));

        assertThat(Base64.getUrlEncoder().withoutPadding().encodeToString(sealed))
                .isEqualTo(
                        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8w"
                                + "EqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN");
    }

    @Test
    void refusesKeysOffTheCurve() {
        byte[] key = decode(BROWSER_KEY);
        key[40] ^= 1;

        assertThatThrownBy(() -> P256.publicKey(key)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> P256.publicKey(new byte[65])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> P256.publicKey(Arrays.copyOf(key, 64))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesMessagesThatPushServicesWouldNotTake() {
        assertThatThrownBy(() -> PushEncryption.encrypt(
                        new byte[PushEncryption.MAX_MESSAGE + 1], P256.publicKey(decode(BROWSER_KEY)), new byte[16]))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theTokenIsSignedForTheServicesOriginAndEnds() throws Exception {
        Vapid vapid = Vapid.of(Vapid.generate().bytes());

        String header = vapid.authorization(
                URI.create("https://push.example.net:8443/send/abc"),
                "mailto:ops@example.org",
                Instant.ofEpochSecond(1_000_000));

        assertThat(header).startsWith("vapid t=").endsWith(", k=" + vapid.publicKeyText());
        String[] token =
                header.substring("vapid t=".length(), header.indexOf(',')).split("\\.", -1);
        assertThat(new String(decode(token[1]), StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"aud\":\"https://push.example.net:8443\",\"exp\":1043200,\"sub\":\"mailto:ops@example.org\"}");
        Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
        signature.initVerify(P256.publicKey(decode(vapid.publicKeyText())));
        signature.update((token[0] + "." + token[1]).getBytes(StandardCharsets.US_ASCII));
        assertThat(signature.verify(decode(token[2]))).isTrue();
    }

    private static byte[] decode(String text) {
        return Base64.getUrlDecoder().decode(text);
    }
}
