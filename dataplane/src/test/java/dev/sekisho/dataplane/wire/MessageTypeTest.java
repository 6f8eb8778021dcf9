package dev.sekisho.dataplane.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class MessageTypeTest {
    private static MessageType expected(int word, int lengthBytes) {
        return switch (word) {
            case 1 -> lengthBytes == 148 ? MessageType.INITIATION : MessageType.MALFORMED;
            case 2 -> lengthBytes == 92 ? MessageType.RESPONSE : MessageType.MALFORMED;
            case 3 -> lengthBytes == 64 ? MessageType.COOKIE_REPLY : MessageType.MALFORMED;
            case 4 -> lengthBytes >= 32 ? MessageType.TRANSPORT : MessageType.MALFORMED;
            default -> MessageType.MALFORMED;
        };
    }

    @Test
    void takesTypeAndLengthTogether() {
        for (int type = 0; type < 256; type++) {
            for (int length = 0; length < 200; length++) {
                byte[] message = new byte[length];
                if (length > 0) {
                    message[0] = (byte) type;
                }
                MessageType expected = length < 4 ? MessageType.MALFORMED : expected(type, length);
                assertThat(MessageType.of(MemorySegment.ofArray(message), 0, length))
                        .as("type %d, length %d", type, length)
                        .isEqualTo(expected);
            }
        }
        assertThat(MessageType.of(4, 65_507)).isEqualTo(MessageType.TRANSPORT);
        assertThat(MessageType.of(4, -1)).isEqualTo(MessageType.MALFORMED);
    }

    @Test
    void reservedBytesAreZero() {
        int[] lengths = {0, 148, 92, 64, 32};
        for (int type = 1; type <= 4; type++) {
            for (int bit = 8; bit < 32; bit++) {
                assertThat(MessageType.of(type | 1 << bit, lengths[type])).isEqualTo(MessageType.MALFORMED);
            }
        }
    }
}
