package dev.sekisho.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpResourceTest {
    private static final ResourceId ID = new ResourceId("target");

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "10.10.0.0/24:443/tcp; 10.10.0.0/24:443/tcp",
                "10.10.0.1:80,22; 10.10.0.1/32:22,80",
                "10.10.0.1:0/both; 10.10.0.1/32:0",
                "0.0.0.0/0:*/UDP; 0.0.0.0/0:*/udp",
                "[2001:db8::/32]:22,80/udp; [2001:db8::/32]:22,80/udp",
                "[::1]:*; [::1/128]:*",
            })
    void readsAndPrintsTheShortForm(String text, String canonical) {
        IpResource resource = IpResource.parse(ID, text);
        assertThat(resource.shortForm()).isEqualTo(canonical);
        assertThat(IpResource.parse(ID, canonical)).isEqualTo(resource);
        assertThat(resource.decoy()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10.10.0.0/24",
                "10.10.0.0/24:",
                "10.10.0.0/24:443/",
                "10.10.0.0/24:443/sctp",
                "10.10.0.0/24:443/tcp/udp",
                "10.10.0.0/24:+443",
                "10.10.0.5/24:443",
                "10.10.0.0/24:443:80",
                "[10.10.0.0/24]:443",
                "2001:db8::/32:443",
                "[2001:db8::/32]",
                "[2001:db8::/32]443",
                "[2001:db8::/32:443",
                "[::ffff:10.0.0.1]:443",
                "[]:443",
                ":443",
                "example.org:443",
            })
    void refusesWhatIsNoTarget(String text) {
        assertThatThrownBy(() -> IpResource.parse(ID, text)).isInstanceOf(IllegalArgumentException.class);
    }
}
