package dev.sekisho.dataplane.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/// Any text is an endpoint that survives printing, or refused.
class EndpointFuzzTest {
    @FuzzTest
    void readsEndpointsAndNothingElse(byte[] input) {
        Endpoint endpoint;
        try {
            endpoint = Endpoint.parse(new String(input, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).isNotBlank();
            return;
        }
        assertThat(endpoint.port()).isBetween(1, 0xffff);
        assertThat(Endpoint.parse(endpoint.toString())).isEqualTo(endpoint);
    }
}
