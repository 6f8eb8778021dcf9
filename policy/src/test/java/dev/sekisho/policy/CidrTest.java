package dev.sekisho.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {
    @ParameterizedTest
    @CsvSource({
        "10.1.2.3/8, 10.0.0.0/8",
        "10.1.2.3, 10.1.2.3/32",
        "0.0.0.0/0, 0.0.0.0/0",
        "::/0, ::/0",
        "2001:DB8::1/32, 2001:db8::/32",
        "2001:db8:0:1:0:0:0:1, 2001:db8:0:1::1/128",
        "fe80::1/64, fe80::/64",
        "1:0:0:2:0:0:0:3/128, 1:0:0:2::3/128",
        "::1, ::1/128",
    })
    void readsAndPrintsTheCanonicalForm(String text, String canonical) {
        assertThat(Cidr.parse(text)).hasToString(canonical);
        assertThat(Cidr.parse(canonical)).isEqualTo(Cidr.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/8",
                "10.0.0.0/",
                "10.0.0.0/33",
                "::/129",
                "10.0.0.0/-1",
                "example.org/8",
                "10.0.0/8/8",
                "10.0.0.0/+8",
                "300.0.0.1",
                "10.1",
                "10.1/16",
                "2130706433"
            })
    void refusesWhatIsNotABlock(String text) {
        assertThatThrownBy(() -> Cidr.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void containsItsAddressesOnly() {
        Cidr block = Cidr.parse("10.1.0.0/16");
        Cidr inside = Cidr.parse("10.1.255.255");
        Cidr outside = Cidr.parse("10.2.0.0");
        assertThat(block.contains(inside.high(), inside.low())).isTrue();
        assertThat(block.contains(outside.high(), outside.low())).isFalse();
    }

    @Test
    void anIpv6BlockDoesNotContainIpv4() {
        Cidr v4 = Cidr.parse("10.1.2.3");
        assertThat(Cidr.parse("::/0").contains(v4.high(), v4.low())).isFalse();
    }

    @Test
    void refusesHostBits() {
        assertThatThrownBy(() -> new Cidr(0, 0x0000_ffff_0a00_0001L, 8, true)).hasMessageContaining("host bits");
    }
}
