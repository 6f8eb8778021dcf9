package dev.sekisho.dataplane.noise;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// Any text is a key that prints as it was read, or refused with a sentence that does not repeat it.
class PublicKeyFuzzTest {
    @FuzzTest
    void readsKeysAndNothingElse(byte[] input) {
        String text = new String(input, StandardCharsets.ISO_8859_1);
        try {
            assertThat(PublicKey.parse(text)).hasToString(text);
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessage("a public key is 44 characters of base64");
        }
        try {
            assertThat(HexFormat.of().formatHex(PublicKey.parseHex(text).bytes()))
                    .isEqualToIgnoringCase(text);
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessage("a public key is 64 hexadecimal digits");
        }
    }
}
