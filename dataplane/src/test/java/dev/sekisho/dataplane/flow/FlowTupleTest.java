package dev.sekisho.dataplane.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.policy.Cidr;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlowTupleTest {
    @ParameterizedTest
    @CsvSource({
        "10.66.0.2, 40000, 10.0.1.5, 443, 6, 10.66.0.2:40000 > 10.0.1.5:443/tcp",
        "10.66.0.2, 65535, 10.0.1.53, 53, 17, 10.66.0.2:65535 > 10.0.1.53:53/udp",
        "10.66.0.2, 77, 10.0.1.5, 0, 1, 10.66.0.2 > 10.0.1.5/icmp",
        "fd00::2, 40000, 2001:db8::5, 22, 6, [fd00::2]:40000 > [2001:db8::5]:22/tcp",
        "fd00::2, 77, fd00:1::, 0, 58, [fd00::2] > [fd00:1::]/icmp6",
        "10.66.0.2, 0, 10.0.1.5, 0, 47, 10.66.0.2 > 10.0.1.5/protocol-47"
    })
    void readsAsInALog(String source, int sourcePort, String destination, int port, int protocol, String text) {
        Cidr from = Cidr.parse(source);
        Cidr to = Cidr.parse(destination);
        FlowTuple tuple = new FlowTuple(from.high(), from.low(), sourcePort, to.high(), to.low(), port, protocol);
        assertThat(tuple).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource({"10.0.1.5, 443, 10.0.1.5:443", "fd00::5, 0, [fd00::5]:0"})
    void aScanTargetReadsAsAnAddressAndPort(String address, int port, String text) {
        Cidr target = Cidr.parse(address);
        assertThat(new ScanTarget(target.high(), target.low(), port, 1)).hasToString(text);
    }
}
