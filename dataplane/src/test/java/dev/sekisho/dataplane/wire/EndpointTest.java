package dev.sekisho.dataplane.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {
    @ParameterizedTest
    @CsvSource({
        "192.0.2.1:51820, 192.0.2.1:51820",
        "192.0.2.1:1, 192.0.2.1:1",
        "[2001:DB8:0:0::1]:65535, [2001:db8::1]:65535",
        "[::]:7, [::]:7",
        "[::ffff:192.0.2.1]:51820, 192.0.2.1:51820",
        "[fe80::1%1]:51820, [fe80::1%1]:51820",
    })
    void readsAndPrints(String text, String canonical) {
        assertThat(Endpoint.parse(text)).hasToString(canonical);
        assertThat(Endpoint.parse(canonical)).isEqualTo(Endpoint.parse(text));
        InetSocketAddress socketAddress = Endpoint.parse(text).socketAddress();
        assertThat(Endpoint.of(socketAddress)).isEqualTo(Endpoint.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                "192.0.2.1",
                "192.0.2.1:",
                "192.0.2.1:0",
                "192.0.2.1:65536",
                "192.0.2.1:-1",
                "192.0.2.1:+1",
                "192.0.2.1:0000001",
                "192.0.2.300:1",
                "example.org:51820",
                "2001:db8::1:51820",
                "[2001:db8::1]",
                "[2001:db8::1]51820",
                "[192.0.2.1]:51820",
                "[]:1",
                "[:]:1",
                "[2001:db8::g]:1",
            })
    void refusesWhatIsNoEndpoint(String text) {
        assertThatThrownBy(() -> Endpoint.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesAnUnresolvedName() {
        assertThatThrownBy(() -> Endpoint.of(InetSocketAddress.createUnresolved("example.org", 1)))
                .hasMessage("'example.org' is not resolved");
    }

    @Test
    void equalityLooksAtTheRemoteHalf() {
        Endpoint plain = Endpoint.parse("192.0.2.1:51820");
        Endpoint sticky = Endpoint.of(plain.addressHigh(), plain.addressLow(), 51820, 0, 0, 0x0000_ffff_0a000001L, 3);
        assertThat(sticky).isEqualTo(plain).hasSameHashCodeAs(plain);
        assertThat(sticky.sameWithSource(plain)).isFalse();
        assertThat(sticky.withoutSource().sameWithSource(plain)).isTrue();
        assertThat(plain.withoutSource()).isSameAs(plain);
        assertThat(plain).isNotEqualTo(Endpoint.parse("192.0.2.1:51821"));
        assertThat(plain).isNotEqualTo(Endpoint.parse("192.0.2.2:51820"));
        assertThat(Endpoint.of(5, 6, 1, 2, 0, 0, 0)).isNotEqualTo(Endpoint.of(5, 6, 1, 3, 0, 0, 0));
    }

    @Test
    void takesWhateverADatagramCarries() {
        Endpoint odd = Endpoint.of(-1, -1, 0x1_0000, 0, 0, 0, 0);
        assertThat(odd.port()).isZero();
        assertThat(odd.isV4()).isFalse();
        assertThat(odd).hasToString("[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:0");
    }
}
