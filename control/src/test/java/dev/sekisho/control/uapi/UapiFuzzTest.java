package dev.sekisho.control.uapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// Whatever bytes come, the conversation ends by itself, throws nothing and answers in the protocol's form.
class UapiFuzzTest {
    @FuzzTest(maxDuration = "30s")
    void serverAnswersAnything(byte[] input) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new UapiConversation(new MemoryDevice("skfuzz0"), new ByteArrayInputStream(input), out).run();
        String answer = out.toString(StandardCharsets.US_ASCII);
        assertThat(answer).matches("(?s)(|.*\\nerrno=-?\\d+\\n\\n|errno=-?\\d+\\n\\n)");
    }

    @FuzzTest(maxDuration = "30s")
    void clientReadsAnything(byte[] input) throws IOException {
        try {
            assertThat(UapiSockets.readStatus("skfuzz0", new ByteArrayInputStream(input))
                            .interfaceName())
                    .isEqualTo("skfuzz0");
        } catch (UapiException e) {
            assertThat(e.errno()).isNotEqualTo(Errno.OK);
        }
    }
}
