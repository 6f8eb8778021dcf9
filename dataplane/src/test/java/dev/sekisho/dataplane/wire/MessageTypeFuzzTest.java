package dev.sekisho.dataplane.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.lang.foreign.MemorySegment;

/// Any bytes have a type, and the accessors of that type stay within them.
class MessageTypeFuzzTest {
    @FuzzTest
    void accessorsStayWithinTheMessage(byte[] input) {
        MemorySegment message = MemorySegment.ofArray(input);
        switch (MessageType.of(message, 0, input.length)) {
            case INITIATION -> {
                InitiationView.senderIndex(message, 0);
                assertThat(input.length).isEqualTo(InitiationView.MAC2 + 16);
            }
            case RESPONSE -> {
                ResponseView.senderIndex(message, 0);
                ResponseView.receiverIndex(message, 0);
                assertThat(input.length).isEqualTo(ResponseView.MAC2 + 16);
            }
            case COOKIE_REPLY -> {
                CookieReplyView.receiverIndex(message, 0);
                assertThat(input.length).isEqualTo(CookieReplyView.COOKIE + CookieReplyView.COOKIE_BYTES);
            }
            case TRANSPORT -> {
                TransportView.receiverIndex(message, 0);
                TransportView.counter(message, 0);
                assertThat(TransportView.packetBytes(input.length)).isNotNegative();
            }
            case MALFORMED ->
                assertThat(input.length < 4 || input[0] < 1 || input[0] > 4 || !plain(input))
                        .isTrue();
        }
    }

    /// Whether it is the length or a reserved byte that makes a message of a known type malformed.
    private static boolean plain(byte[] input) {
        int length = input.length;
        boolean fits = switch (input[0]) {
            case 1 -> length == 148;
            case 2 -> length == 92;
            case 3 -> length == 64;
            default -> length >= 32;
        };
        return fits && input[1] == 0 && input[2] == 0 && input[3] == 0;
    }
}
