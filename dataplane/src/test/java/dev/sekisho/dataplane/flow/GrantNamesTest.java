package dev.sekisho.dataplane.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.dataplane.testkit.PolicyBook;
import dev.sekisho.policy.UserId;
import dev.sekisho.policy.compile.Decision;
import dev.sekisho.policy.compile.PolicySnapshot;
import dev.sekisho.policy.compile.Rule;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class GrantNamesTest {
    private final GrantNames names = new GrantNames();

    @Test
    void aGrantOfSeveralPoliciesKeepsItsNumberWhileAFlowLivesByIt() {
        int number = use(rule("web"));
        names.forgetRules();
        assertThat(names.numberOf(rule("web"))).isEqualTo(number);
        assertThat(names.entry(number).grant().name()).isEqualTo("web");
        assertThat(names.entry(number).resource().name()).isEqualTo("web-servers");
        assertThat(names.size()).isOne();
    }

    @Test
    void whatAFlowLivesByOutlivesItsPolicy() {
        int number = use(rule("old"));
        use(rule("old"));
        names.forgetRules();
        int other = names.numberOf(rule("new"));
        names.release(number);
        assertThat(other).isNotEqualTo(number);
        assertThat(names.entry(number).grant().name()).isEqualTo("old");
        names.release(number);
        assertThat(names.size()).isOne();
    }

    @Test
    void aRuleInForceKeepsItsNumberWithoutFlows() {
        Rule rule = rule("web");
        int number = use(rule);
        names.release(number);
        assertThat(use(rule("another"))).isNotEqualTo(number);
        assertThat(names.numberOf(rule)).isEqualTo(number);
        assertThat(names.entry(number).grant().name()).isEqualTo("web");
    }

    @Test
    void policiesThatAreGoneLeaveNothingBehind() {
        int lasting = use(rule("lasting"));
        for (int version = 0; version < 5_000; version++) {
            int number = use(rule("grant-" + version));
            assertThat(number).isLessThan(8);
            names.forgetRules();
            names.release(number);
            assertThat(names.size()).isOne();
        }
        assertThat(names.entry(lasting).grant().name()).isEqualTo("lasting");
    }

    private int use(Rule rule) {
        int number = names.numberOf(rule);
        names.use(number);
        return number;
    }

    /// The only rule of a policy of its own.
    private static Rule rule(String grant) {
        PolicySnapshot snapshot = new PolicyBook()
                .user("alice")
                .resource(grant + "-servers", "10.0.0.1", "443")
                .allow(grant, grant + "-servers", "alice")
                .compile();
        Decision decision = new Decision();
        snapshot.decide(snapshot.userIndex(new UserId("alice")), 0, 0x0000_ffff_0a00_0001L, 6, 443, 0, decision);
        return Objects.requireNonNull(decision.rule());
    }
}
