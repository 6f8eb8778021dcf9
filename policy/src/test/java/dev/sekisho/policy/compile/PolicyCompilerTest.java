package dev.sekisho.policy.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sekisho.policy.Cidr;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class PolicyCompilerTest {
    private final Policies policy = new Policies();

    @Test
    void anEmptyPolicyCompilesAndGrantsNothing() {
        Decision decision = new Decision();
        Cidr host = Cidr.parse("10.0.0.1");
        policy.compile().decide(0, host.high(), host.low(), 6, 443, 0, decision);
        assertThat(decision.denial()).isEqualTo(DenyReason.UNKNOWN_USER);
        policy.compile().decideFromNetwork(0, 1, host.high(), host.low(), 6, 443, 0, decision);
        assertThat(decision.denial()).isEqualTo(DenyReason.NO_GRANT);
    }

    @Test
    void namesEveryProblem() {
        policy.role("a", "ghost").role("a").user("u", "ghost2").user("u");
        policy.resource("r", "10.0.0.1:22/udp").resource("r", "10.0.0.2:22").resource("ping", "10.0.0.3:*");
        policy.decoy("trap", "10.0.0.4:22").resource("web", "10.0.0.5:80,443");
        policy.allow("g", "r", "user:u").allow("g", "none", "user:v").allow("h", "r", "role:b");
        policy.handOff("none", "22").handOff("r", "22").handOff("ping", "0").handOff("trap", "22");
        policy.handOff("web", "80-81");
        assertThat(problems())
                .containsExactly(
                        "the role name 'a' is used more than once",
                        "role 'a' has the role 'ghost', which doesn't exist",
                        "the user name 'u' is used more than once",
                        "user 'u' has the role 'ghost2', which doesn't exist",
                        "the resource name 'r' is used more than once",
                        "the grant name 'g' is used more than once",
                        "grant 'g' is about the resource 'none', which doesn't exist",
                        "grant 'g' is given to the user 'v', who doesn't exist",
                        "grant 'h' is given to the role 'b', which doesn't exist",
                        "the hand-off of 'none' is about a resource that doesn't exist",
                        "the hand-off of 'r' is about a resource that opens no TCP port, and only TCP can be handed off",
                        "the hand-off of 'ping' names only port 0, ping, which can't be handed off",
                        "the hand-off of 'trap' is about a decoy, which nobody may reach",
                        "the hand-off of 'web' names ports '80-81', but the resource opens '80,443'");
    }

    @Test
    void namesRolesInACircle() {
        policy.role("a", "b").role("b", "c").role("c", "b", "d").role("d").role("self", "self");
        assertThat(problems())
                .containsExactly(
                        "roles belong to each other in a circle: b -> c -> b",
                        "roles belong to each other in a circle: self -> self");
    }

    @Test
    void rolesMayMeetAgainWithoutACircle() {
        policy.role("a", "b", "c").role("b", "d").role("c", "d").role("d").user("u", "a", "a", "d");
        policy.resource("r", "10.0.0.1:22").allow("g", "r", "role:d");
        Decision decision = new Decision();
        Cidr host = Cidr.parse("10.0.0.1");
        policy.compile().decide(0, host.high(), host.low(), 6, 22, 0, decision);
        assertThat(decision.granted()).isTrue();
    }

    @Test
    void aLongChainOfRolesNeedsNoDeepStack() {
        int length = 50_000;
        for (int i = 0; i < length; i++) {
            policy.role("r" + i, i + 1 < length ? new String[] {"r" + (i + 1)} : new String[0]);
        }
        policy.user("u", "r0").resource("r", "10.0.0.1:22").allow("g", "r", "role:r" + (length - 1));
        Decision decision = new Decision();
        Cidr host = Cidr.parse("10.0.0.1");
        policy.compile().decide(0, host.high(), host.low(), 6, 22, 0, decision);
        assertThat(decision.granted()).isTrue();
    }

    @Test
    void theMessageStopsAfterTwenty() {
        for (int i = 0; i < 30; i++) {
            policy.user("u" + i, "ghost");
        }
        assertThatThrownBy(policy::compile)
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("'u19'")
                .hasMessageEndingWith("\nand 10 more");
        assertThat(problems()).hasSize(30);
    }

    private List<String> problems() {
        return Objects.requireNonNull(catchThrowableOfType(PolicyException.class, policy::compile))
                .problems();
    }
}
