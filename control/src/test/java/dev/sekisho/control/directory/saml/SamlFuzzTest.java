package dev.sekisho.control.directory.saml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sekisho.control.directory.DirectoryException;
import dev.sekisho.control.directory.Settings;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;

/// Whatever bytes come, they are refused with a sentence, and nobody is let in by them.
class SamlFuzzTest {
    private static final TestProvider PROVIDER = new TestProvider(TestProvider.rsa(2048));
    private static final Responses.Expected EXPECTED = new Responses.Expected(
            SamlSettings.of(new Settings(Map.of(
                    "entityId", TestProvider.ENTITY_ID,
                    "ssoUrl", TestProvider.SSO_URL,
                    "certificates", PROVIDER.pem()))),
            TestProvider.US,
            "_request");

    @FuzzTest(maxDuration = "30s")
    void anyResponseIsRefusedWithASentence(byte[] input) {
        refuse(Base64.getEncoder().encodeToString(input));
        refuse(new String(input, StandardCharsets.ISO_8859_1));
    }

    private static void refuse(String encoded) {
        try {
            new Assertions(InstantSource.fixed(TestProvider.NOW))
                    .checked(EXPECTED, Responses.verified(EXPECTED, Responses.read(encoded)));
            fail("bytes that nobody signed let somebody in");
        } catch (DirectoryException e) {
            assertThat(e.detail()).isNotBlank().hasSizeLessThan(400);
        }
    }

    @FuzzTest(maxDuration = "30s")
    void anyMetadataAreReadOrRefusedWithASentence(byte[] input) {
        try {
            IdpMetadata read = IdpMetadata.of(new String(input, StandardCharsets.UTF_8));
            assertThat(read.certificates()).isNotEmpty();
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(400);
        }
    }
}
