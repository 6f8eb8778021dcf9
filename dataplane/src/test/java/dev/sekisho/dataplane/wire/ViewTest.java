package dev.sekisho.dataplane.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/// Headers as bytes on the wire, at an odd offset.
class ViewTest {
    private final byte[] bytes = new byte[20];
    private final MemorySegment memory = MemorySegment.ofArray(bytes);

    private String written(int lengthBytes) {
        return HexFormat.of().formatHex(bytes, 3, 3 + lengthBytes);
    }

    @Test
    void initiation() {
        InitiationView.writeHeader(memory, 3, 0x11223344);
        assertThat(written(8)).isEqualTo("0100000044332211");
        assertThat(InitiationView.senderIndex(memory, 3)).isEqualTo(0x11223344);
        assertThat(InitiationView.STATIC).isEqualTo(InitiationView.EPHEMERAL + 32);
        assertThat(InitiationView.TIMESTAMP).isEqualTo(InitiationView.STATIC + InitiationView.STATIC_BYTES);
        assertThat(InitiationView.MAC1).isEqualTo(InitiationView.TIMESTAMP + InitiationView.TIMESTAMP_BYTES);
        assertThat(InitiationView.BYTES).isEqualTo(InitiationView.MAC2 + 16);
    }

    @Test
    void response() {
        ResponseView.writeHeader(memory, 3, 0x11223344, 0xaabbccdd);
        assertThat(written(12)).isEqualTo("0200000044332211ddccbbaa");
        assertThat(ResponseView.senderIndex(memory, 3)).isEqualTo(0x11223344);
        assertThat(ResponseView.receiverIndex(memory, 3)).isEqualTo(0xaabbccdd);
        assertThat(ResponseView.MAC1).isEqualTo(ResponseView.EMPTY + ResponseView.EMPTY_BYTES);
        assertThat(ResponseView.BYTES).isEqualTo(ResponseView.MAC2 + 16);
    }

    @Test
    void cookieReply() {
        CookieReplyView.writeHeader(memory, 3, 0x11223344);
        assertThat(written(8)).isEqualTo("0300000044332211");
        assertThat(CookieReplyView.receiverIndex(memory, 3)).isEqualTo(0x11223344);
        assertThat(CookieReplyView.BYTES).isEqualTo(CookieReplyView.COOKIE + CookieReplyView.COOKIE_BYTES);
    }

    @Test
    void transport() {
        TransportView.writeHeader(memory, 3, 0x11223344, 0x0102030405060708L);
        assertThat(written(16)).isEqualTo("04000000443322110807060504030201");
        assertThat(TransportView.receiverIndex(memory, 3)).isEqualTo(0x11223344);
        assertThat(TransportView.counter(memory, 3)).isEqualTo(0x0102030405060708L);
        assertThat(TransportView.packetBytes(TransportView.MINIMUM_BYTES)).isZero();
    }
}
