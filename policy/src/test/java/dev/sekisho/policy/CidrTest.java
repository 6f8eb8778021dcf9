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
                "2130706433",
                "010.0.0.1",
                "10.0.0.01/8",
                "10.0.0.00",
                "10.0.0.0/08",
                "0x0a.0.0.1",
                "\uff11\uff10.0.0.1",
                "\u0661.0.0.1",
                "10.0.0.1.",
                " 10.0.0.1",
                "10.0.0.1 ",
                "10.0.0.0/\uff18",
                "::ffff:10.0.0.1",
                "::ffff:10.0.0.1/128",
                "::ffff:0a00:0001/24",
                "::FFFF:10.0.0.010",
                "2001:db8::\uff11",
                "2001:db8::1::2",
                "fe80::1%eth0",
                "fe80::1%2/64",
                "[::1]",
                "[::1]/128",
                "1:2:3:4:5:6:7",
                "12345::",
                ":::"
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

    @Test
    void namesTheIpv4AddressInTheClothesOfIpv6() {
        assertThatThrownBy(() -> Cidr.parse("::ffff:10.0.0.1/128")).hasMessageContaining("write 10.0.0.1");
    }

    @Test
    void noIpv6BlockLiesInTheMappedRange() {
        assertThatThrownBy(() -> new Cidr(0, 0x0000_ffff_0a00_0001L, 128, false))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Cidr(0, 0x0000_ffff_0000_0000L, 96, false))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void exactMeansThatNoHostBitsAreSet() {
        assertThat(Cidr.parseExact("10.0.1.0/24")).isEqualTo(Cidr.parse("10.0.1.0/24"));
        assertThat(Cidr.parseExact("2001:db8::1")).hasToString("2001:db8::1/128");
        assertThatThrownBy(() -> Cidr.parseExact("10.0.1.5/24"))
                .hasMessageContaining("write 10.0.1.0/24 for the whole block or 10.0.1.5/32 for one address");
        assertThatThrownBy(() -> Cidr.parseExact("2001:db8::1/32")).hasMessageContaining("write 2001:db8::/32");
    }

    @Test
    void addressesOfSocketsMayHaveAScope() {
        assertThat(Cidr.parseAddress("fe80::1%2").getHostAddress()).isEqualTo("fe80:0:0:0:0:0:0:1%2");
        assertThat(Cidr.parseAddress("::ffff:192.0.2.1").getHostAddress()).isEqualTo("192.0.2.1");
        assertThat(Cidr.parseAddress("64:ff9b::192.0.2.1").getHostAddress()).isEqualTo("64:ff9b:0:0:0:0:c000:201");
        assertThatThrownBy(() -> Cidr.parseAddress("10.0.0.1%2")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Cidr.parseAddress("::ffff:192.0.2.01")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void oneAddressIsABlock() {
        Cidr v4 = Cidr.parse("10.1.2.3");
        Cidr v6 = Cidr.parse("2001:db8::1");
        assertThat(Cidr.host(v4.high(), v4.low())).isEqualTo(v4);
        assertThat(Cidr.host(v6.high(), v6.low())).isEqualTo(v6);
        assertThat(v4.addressText()).isEqualTo("10.1.2.3");
        assertThat(v6.addressText()).isEqualTo("2001:db8::1");
    }
}
