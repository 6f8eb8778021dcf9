package dev.sekisho.policy.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.RoleId;
import dev.sekisho.policy.UserId;
import dev.sekisho.policy.Validity;
import dev.sekisho.policy.WeeklySchedule;
import dev.sekisho.policy.compile.Explanation.Effect;
import dev.sekisho.policy.compile.Explanation.Step;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ExplanationTest {
    private static final int TCP = 6;
    private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

    private final Policies policy = new Policies()
            .role("dev", "staff")
            .role("staff")
            .user("alice", "dev")
            .scanner("sam");

    @Test
    void tellsWhoDecidesAndWhyTheOthersDoNot() {
        policy.resource("host", "10.0.1.5:5432/tcp")
                .resource("net", "10.0.1.0/24:5432")
                .resource("star", "10.0.1.0/24:*")
                .resource("ssh", "10.0.1.5:22")
                .resource("dns", "10.0.1.0/24:5432/udp")
                .handOff("host", "5432");
        policy.mfa("best", "host", "role:staff").allow("wide", "net", "user:alice");
        policy.allow("all", "star", "role:dev")
                .allow("shell", "ssh", "user:alice")
                .allow("udp", "dns", "role:dev");
        policy.grant("old", "host", "user:alice", false, false, until(NOON));
        policy.grant("new", "host", "user:alice", true, false, from(NOON.plusSeconds(60)));
        policy.grant("hours", "net", "role:dev", false, false, weekly("Tue 08:00-12:00 UTC"));
        assertThat(explain("alice", "10.0.1.5", TCP, 5432).lines())
                .containsExactly(
                        "alice to 10.0.1.5:5432/tcp at 2026-03-02T12:00:00Z, policy version 7: allowed after a second"
                                + " factor, by way of a proxy; this may change at 2026-03-02T12:01:00Z",
                        "- grant best to alice -> dev -> staff on host (10.0.1.5/32:5432/tcp) decides: it is the most"
                                + " specific that holds",
                        "- deny grant new to alice on host (10.0.1.5/32:5432/tcp) doesn't hold yet: it begins at"
                                + " 2026-03-02T12:01:00Z",
                        "- grant old to alice on host (10.0.1.5/32:5432/tcp) holds no more: it ended at"
                                + " 2026-03-02T12:00:00Z",
                        "- grant shell to alice on ssh (10.0.1.5/32:22) doesn't apply: its ports are 22, not 5432",
                        "- grant hours to alice -> dev on net (10.0.1.0/24:5432) doesn't hold now: its hours are Tue"
                                + " 08:00-12:00 UTC",
                        "- grant udp to alice -> dev on dns (10.0.1.0/24:5432/udp) doesn't apply: it opens udp, not"
                                + " tcp",
                        "- grant wide to alice on net (10.0.1.0/24:5432) also allows it, but best has the longer"
                                + " prefix",
                        "- grant all to alice -> dev on star (10.0.1.0/24:*) also allows it, but best has the longer"
                                + " prefix");
    }

    @Test
    void carriesTheSameAsValues() {
        policy.resource("host", "10.0.1.5:22").mfa("best", "host", "role:staff");
        Explanation explanation = explain("alice", "10.0.1.5", TCP, 22);
        assertThat(explanation.granted()).isTrue();
        assertThat(explanation.denial()).isEmpty();
        assertThat(explanation.handedOff()).isFalse();
        assertThat(explanation.validUntilEpochSecond()).isEqualTo(Long.MAX_VALUE);
        Step step = explanation.steps().getFirst();
        assertThat(step.effect()).isEqualTo(Effect.DECIDES);
        assertThat(step.via()).containsExactly(new RoleId("dev"), new RoleId("staff"));
        assertThat(step.rule()).isEqualTo(explanation.rule()).isPresent();
    }

    @Test
    void saysWhichOfTwoThatAllowIsTheMoreSpecific() {
        policy.resource("host", "10.0.1.5:22").resource("star", "10.0.1.5:*").mfa("b", "host", "user:alice");
        policy.allow("a", "host", "user:alice").mfa("c", "host", "user:alice").allow("d", "star", "user:alice");
        assertThat(explain("alice", "10.0.1.5", TCP, 22).toString())
                .contains("grant b to alice on host (10.0.1.5/32:22) decides")
                .contains("grant c to alice on host (10.0.1.5/32:22) also allows it, but b comes first by name")
                .contains("grant a to alice on host (10.0.1.5/32:22) also allows it, but b asks for a second factor")
                .contains("grant d to alice on star (10.0.1.5/32:*) also allows it, but b lists its ports");
    }

    @Test
    void whatForbidsWins() {
        policy.resource("host", "10.0.1.5:22").resource("net", "10.0.0.0/8:*");
        policy.allow("yes", "host", "user:alice")
                .deny("no", "net", "role:staff")
                .deny("never", "net", "role:dev");
        assertThat(explain("alice", "10.0.1.5", TCP, 22).lines())
                .containsExactly(
                        "alice to 10.0.1.5:22/tcp at 2026-03-02T12:00:00Z, policy version 7: refused: a grant forbids"
                                + " it",
                        "- grant yes to alice on host (10.0.1.5/32:22) would allow it, but a grant forbids it",
                        "- deny grant never to alice -> dev on net (10.0.0.0/8:*) decides: what forbids wins",
                        "- deny grant no to alice -> dev -> staff on net (10.0.0.0/8:*) forbids it too");
    }

    @Test
    void namesTheGrantsToOtherPortsWhenNoneMatches() {
        policy.resource("host", "10.0.1.5:22").allow("shell", "host", "user:alice");
        assertThat(explain("alice", "10.0.1.5", TCP, 23).toString())
                .contains("refused: no grant opens it\n- grant shell")
                .contains("its ports are 22, not 23");
        assertThat(explain("alice", "10.0.1.5", 1, 0).toString())
                .contains("alice to 10.0.1.5 by ping")
                .contains("its ports 22 don't include 0, ping");
        assertThat(explain("alice", "10.0.1.6", TCP, 22).lines())
                .singleElement()
                .asString()
                .endsWith("refused: nothing that they are granted contains this address");
    }

    @Test
    void whatHeldOnceIsNotNow() {
        policy.resource("host", "10.0.1.5:22");
        policy.grant("old", "host", "user:alice", false, true, until(NOON));
        Explanation explanation = explain("alice", "10.0.1.5", TCP, 22);
        assertThat(explanation.denial()).contains(DenyReason.NOT_NOW);
        assertThat(explanation.verdict()).endsWith("refused: what would allow it doesn't hold now");
        assertThat(explanation.steps()).extracting(Step::effect).containsExactly(Effect.EXPIRED);
    }

    @Test
    void aTouchedDecoyEndsTheQuestion() {
        policy.resource("all", "10.0.0.0/8:*").decoy("trap", "10.0.9.9:22/tcp").decoy("wide", "10.0.9.0/24:*");
        policy.allow("g", "all", "user:alice").allow("s", "all", "user:sam");
        Explanation explanation = explain("alice", "10.0.9.9", TCP, 22);
        assertThat(explanation.denial()).contains(DenyReason.DECOY);
        assertThat(explanation.steps())
                .extracting(Step::effect)
                .containsExactly(Effect.DECIDES, Effect.NOT_ASKED, Effect.NOT_ASKED);
        assertThat(explanation.lines().get(1)).startsWith("- decoy trap (10.0.9.9/32:22/tcp) was touched:");
        Explanation scanner = explain("sam", "10.0.9.9", TCP, 23);
        assertThat(scanner.granted()).isTrue();
        assertThat(scanner.steps())
                .extracting(Step::effect)
                .containsExactly(Effect.OTHER_PORT, Effect.DECOY_IGNORED, Effect.DECIDES);
        assertThat(scanner.toString()).contains("sam has the permission IP SCAN");
    }

    @Test
    void anUnknownUserAndAnUnknownProtocolAreSaidToBe() {
        assertThat(explain("zoe", "2001:db8::1", TCP, 22).lines())
                .containsExactly("zoe to [2001:db8::1]:22/tcp at 2026-03-02T12:00:00Z, policy version 7: refused: the"
                        + " policy knows no such user");
        assertThat(explain("alice", "10.0.0.1", 47, 0).lines())
                .containsExactly("alice to 10.0.0.1 by protocol 47 at 2026-03-02T12:00:00Z, policy version 7: refused:"
                        + " only TCP, UDP and ping of the address's family can be granted");
    }

    @Test
    void aNameCannotPassForTheChain() {
        policy.user("eve -> admin \"x\"", "dev").resource("host", "10.0.1.5:22").allow("g", "host", "role:dev");
        assertThat(explain("eve -> admin \"x\"", "10.0.1.5", TCP, 22).toString())
                .contains("grant g to \"eve -> admin \\\"x\\\"\" -> dev on host");
    }

    private static Validity until(Instant end) {
        return new Validity(Optional.empty(), Optional.of(end), Optional.empty());
    }

    private static Validity from(Instant begin) {
        return new Validity(Optional.of(begin), Optional.empty(), Optional.empty());
    }

    private static Validity weekly(String text) {
        return new Validity(Optional.empty(), Optional.empty(), Optional.of(WeeklySchedule.parse(text)));
    }

    @Test
    void tellsWhyAHostThatIsNobodysDeviceMayOpenAFlow() {
        policy.resource("laptops", "10.90.0.0/24:22").resource("one", "10.90.0.2:22");
        policy.allow("narrow", "laptops", "net:10.9.0.0/30").allow("wide", "laptops", "net:10.9.0.0/24");
        policy.allow("else", "laptops", "net:10.8.0.0/16").allow("alices", "one", "user:alice");
        policy.grant("old", "one", "net:10.9.0.0/24", false, false, until(NOON));
        assertThat(fromHost("10.9.0.1").lines())
                .containsExactly(
                        "10.9.0.1 to 10.90.0.2:22/tcp at 2026-03-02T12:00:00Z, policy version 7: allowed",
                        "- grant old to 10.9.0.1 in 10.9.0.0/24 on one (10.90.0.2/32:22) holds no more: it ended at"
                                + " 2026-03-02T12:00:00Z",
                        "- grant narrow to 10.9.0.1 in 10.9.0.0/30 on laptops (10.90.0.0/24:22) decides: it is the most"
                                + " specific that holds",
                        "- grant wide to 10.9.0.1 in 10.9.0.0/24 on laptops (10.90.0.0/24:22) also allows it, but"
                                + " narrow comes first by name");
        assertThat(fromHost("10.7.0.1").granted()).isFalse();
        assertThat(fromHost("10.7.0.1").steps()).isEmpty();
    }

    private Explanation fromHost(String source) {
        Cidr to = Cidr.parse("10.90.0.2");
        return policy.compile().explainFromNetwork(Cidr.parse(source), to.high(), to.low(), TCP, 22, NOON);
    }

    private Explanation explain(String user, String destination, int protocol, int port) {
        Cidr host = Cidr.parse(destination);
        return policy.compile().explain(new UserId(user), host.high(), host.low(), protocol, port, NOON);
    }
}
