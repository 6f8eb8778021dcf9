package dev.sekisho.control.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class EndpointResolverTest {
    private static final HostPort NAME = new HostPort("vpn.example.org", 51820);
    private static final String LATER = "vpn.example.org: Temporary failure in name resolution";

    private final MemoryHost host = new MemoryHost();
    private final EndpointResolver resolver = new EndpointResolver(host);

    @Test
    void literalsAskNobody() {
        assertThat(resolver.resolve(new HostPort("2001:db8::1", 5))).hasToString("[2001:db8::1]:5");
        assertThat(resolver.resolve(new HostPort("192.0.2.7", 5))).hasToString("192.0.2.7:5");
        assertThat(host.log).isEmpty();
    }

    @Test
    void transientFailureIsTriedAgainWithGrowingPauses() {
        host.answers.addAll(List.of(LATER, LATER, LATER, "192.0.2.9"));
        assertThat(resolver.resolve(NAME)).hasToString("192.0.2.9:51820");
        assertThat(host.log).containsExactly("pause 1000", "pause 1200", "pause 1440");
    }

    @Test
    void unknownNameFailsAtOnce() {
        assertThatThrownBy(() -> resolver.resolve(NAME))
                .isInstanceOf(TunnelException.class)
                .hasMessage("the endpoint's name 'vpn.example.org' can't be resolved: Name or service not known");
        assertThat(host.log).isEmpty();
    }

    @Test
    void givesUpAfterAllRetries() {
        host.answers.addAll(Collections.nCopies(EndpointResolver.RETRIES + 1, LATER));
        assertThatThrownBy(() -> resolver.resolve(NAME)).hasMessageContaining("Temporary failure");
        assertThat(host.log).hasSize(EndpointResolver.RETRIES).last().isEqualTo("pause 12825");
    }

    @Test
    void stopEndsTheRetries() {
        host.pausesLeft = 1;
        host.answers.addAll(List.of(LATER, LATER, LATER));
        assertThatThrownBy(() -> resolver.resolve(NAME)).hasMessageContaining("asked to stop");
        assertThat(host.log).hasSize(2);
    }
}
