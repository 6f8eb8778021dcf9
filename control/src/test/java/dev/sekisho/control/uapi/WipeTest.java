package dev.sekisho.control.uapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.control.local.LineReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Keys don't outlive an operation in the buffers that they passed through.
class WipeTest {
    private static final String KEY = "5a".repeat(32);
    private static final String PEERS = ("public_key=" + KEY + "\npreshared_key=" + KEY + "\n").repeat(100);

    @Test
    void linesThatMovedToTheFrontLeaveNothingBehind() throws IOException {
        LineReader lines = new LineReader(bytes(PEERS + "\nget=1\n"), UapiLimits.MAX_LINE_BYTES);
        while (lines.next() && !lines.isEmpty()) {
            assertThat(lines.isTooLong()).isFalse();
        }
        lines.wipeUsed();
        assertThat(text(lines)).doesNotContain("5a").contains("get=1");
        assertThat(lines.next() && lines.is("get=1")).as("what is unread stays").isTrue();
    }

    @Test
    void unreadLinesAreWipedAtTheEnd() throws IOException {
        LineReader lines = new LineReader(bytes("set=1\n" + PEERS), UapiLimits.MAX_LINE_BYTES);
        assertThat(lines.next()).isTrue();
        lines.wipe();
        assertThat(lines.bytes()).containsOnly(0);
    }

    @Test
    void buffersAreEmptyAfterAClientThatLeft() throws IOException {
        MemoryDevice device = new MemoryDevice("sktest0");
        new UapiConversation(
                        device, bytes("set=1\nprivate_key=" + KEY + "\n" + PEERS + "\n"), new ByteArrayOutputStream())
                .run();
        String many = "public_key=%064x\npreshared_key=" + KEY + "\n";
        StringBuilder set = new StringBuilder("set=1\n");
        for (int i = 1; i < 100; i++) {
            set.append(many.formatted(i));
        }
        new UapiConversation(device, bytes(set + "\n"), new ByteArrayOutputStream()).run();
        List<byte[]> written = new ArrayList<>();
        OutputStream gone = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("broken pipe");
            }

            @Override
            public void write(byte[] buffer, int offset, int length) throws IOException {
                assertThat(new String(buffer, offset, length, StandardCharsets.US_ASCII))
                        .contains(KEY);
                written.add(buffer);
                throw new IOException("broken pipe");
            }
        };
        assertThatThrownBy(() -> new UapiConversation(device, bytes("get=1\n\n"), gone).run())
                .hasMessage("broken pipe");
        assertThat(written)
                .singleElement()
                .satisfies(buffer -> assertThat(buffer).containsOnly(0));
    }

    private static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String text(LineReader lines) {
        return new String(lines.bytes(), StandardCharsets.US_ASCII);
    }
}
