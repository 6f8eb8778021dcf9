package dev.sekisho.policy.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.Permission;
import dev.sekisho.policy.UserId;
import dev.sekisho.policy.Validity;
import dev.sekisho.policy.WeeklySchedule;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicySnapshotTest {
    private static final int ICMP = 1;
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int ICMPV6 = 58;

    /// A Monday.
    private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

    private final Policies policy = new Policies()
            .role("dev", "staff")
            .role("staff")
            .role("idle")
            .user("alice", "dev", "idle")
            .user("bob")
            .scanner("sam");
    private final Decision decision = new Decision();

    @Test
    void knowsItsVersionAndItsUsers() {
        PolicySnapshot snapshot = policy.compile();
        assertThat(snapshot.version()).isEqualTo(7);
        assertThat(snapshot.userIndex(new UserId("nobody"))).isEqualTo(-1);
        assertThat(snapshot.has(snapshot.userIndex(new UserId("sam")), Permission.IP_SCAN))
                .isTrue();
        assertThat(snapshot.has(snapshot.userIndex(new UserId("alice")), Permission.IP_SCAN))
                .isFalse();
        assertThat(snapshot.has(-1, Permission.IP_SCAN)).isFalse();
        assertThat(snapshot.has(99, Permission.IP_SCAN)).isFalse();
    }

    @Test
    void grantsToTheUserAndToInheritedRolesOpenTheirPorts() {
        policy.resource("web", "10.0.1.0/24:443/tcp").resource("db", "10.0.2.0/24:5432");
        policy.allow("own", "web", "user:alice").allow("inherited", "db", "role:staff");
        assertGranted("alice", "10.0.1.7", TCP, 443, "own");
        assertGranted("alice", "10.0.2.7", UDP, 5432, "inherited");
        assertRefused("alice", "10.0.1.7", UDP, 443, DenyReason.NO_GRANT);
        assertRefused("alice", "10.0.1.7", TCP, 444, DenyReason.NO_GRANT);
        assertRefused("alice", "10.0.3.7", TCP, 443, DenyReason.NO_GRANT);
        assertRefused("bob", "10.0.2.7", UDP, 5432, DenyReason.NO_GRANT);
        assertRefused("nobody", "10.0.2.7", UDP, 5432, DenyReason.UNKNOWN_USER);
    }

    @Test
    void aRoleDoesNotGetWhatItsMembersGet() {
        policy.user("carol", "staff").resource("web", "10.0.1.0/24:443");
        policy.allow("for-dev", "web", "role:dev");
        assertGranted("alice", "10.0.1.1", TCP, 443, "for-dev");
        assertRefused("carol", "10.0.1.1", TCP, 443, DenyReason.NO_GRANT);
    }

    @Test
    void pingNeedsPortZeroWhateverTheTransport() {
        policy.resource("ping", "10.0.1.0/24:0/tcp")
                .resource("all", "10.0.2.0/24:*")
                .resource("web", "10.0.3.0/24:1-65535")
                .resource("six", "[2001:db8::/32]:0,22");
        policy.allow("a", "ping", "user:alice").allow("b", "all", "user:alice");
        policy.allow("c", "web", "user:alice").allow("d", "six", "user:alice");
        assertGranted("alice", "10.0.1.1", ICMP, 0, "a");
        assertGranted("alice", "10.0.2.1", ICMP, 0, "b");
        assertGranted("alice", "2001:db8::1", ICMPV6, 0, "d");
        assertRefused("alice", "10.0.3.1", ICMP, 0, DenyReason.NO_GRANT);
        assertRefused("alice", "10.0.3.1", ICMP, 443, DenyReason.NO_GRANT);
    }

    @Test
    void portZeroIsNoTcpOrUdpPort() {
        policy.resource("all", "10.0.2.0/24:*").allow("g", "all", "user:alice");
        assertRefused("alice", "10.0.2.1", TCP, 0, DenyReason.NO_GRANT);
        assertRefused("alice", "10.0.2.1", UDP, 0, DenyReason.NO_GRANT);
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.2.1, 0",
        "10.0.2.1, 2",
        "10.0.2.1, 41",
        "10.0.2.1, 47",
        "10.0.2.1, 50",
        "10.0.2.1, 58",
        "10.0.2.1, 132",
        "10.0.2.1, -1",
        "10.0.2.1, 256",
        "2001:db8::1, 1",
        "2001:db8::1, 47"
    })
    void noGrantOpensAnotherProtocol(String destination, int protocol) {
        policy.resource("v4", "0.0.0.0/0:*").resource("v6", "[::/0]:*");
        policy.allow("a", "v4", "user:alice").allow("b", "v6", "user:alice");
        assertRefused("alice", destination, protocol, 443, DenyReason.PROTOCOL);
    }

    @Test
    void allOfOneFamilyIsNothingOfTheOther() {
        policy.resource("v4", "0.0.0.0/0:*").resource("v6", "[::/0]:*");
        policy.allow("a", "v4", "user:alice").allow("b", "v6", "user:bob");
        assertGranted("alice", "10.0.0.1", TCP, 1, "a");
        assertGranted("bob", "2001:db8::1", TCP, 1, "b");
        assertRefused("alice", "2001:db8::1", TCP, 1, DenyReason.NO_GRANT);
        assertRefused("alice", "::", TCP, 1, DenyReason.NO_GRANT);
        assertRefused("bob", "10.0.0.1", TCP, 1, DenyReason.NO_GRANT);
    }

    @Test
    void whatForbidsWins() {
        policy.resource("host", "10.0.1.1:22").resource("net", "10.0.0.0/8:*");
        policy.allow("yes", "host", "user:alice").deny("no", "net", "role:staff");
        assertRefused("alice", "10.0.1.1", TCP, 22, DenyReason.DENY_GRANT);
        assertThat(decision.rule()).hasToString("no");
        assertThat(Objects.requireNonNull(decision.rule()).mfa()).isFalse();
    }

    @Test
    void theMostSpecificDecides() {
        policy.resource("all", "10.0.0.0/8:*")
                .resource("net", "10.0.1.0/24:*")
                .resource("web", "10.0.1.0/24:443")
                .resource("web2", "10.0.1.0/24:80,443");
        policy.allow("a", "all", "user:alice").allow("b", "net", "role:staff");
        assertGranted("alice", "10.0.1.1", TCP, 443, "b");
        policy.allow("c", "web", "role:dev");
        assertGranted("alice", "10.0.1.1", TCP, 443, "c");
        assertThat(Objects.requireNonNull(decision.rule()).challengePerPort()).isFalse();
        policy.mfa("e", "web2", "role:staff");
        assertGranted("alice", "10.0.1.1", TCP, 443, "e");
        assertThat(Objects.requireNonNull(decision.rule()).mfa()).isTrue();
        policy.mfa("d", "web", "role:dev");
        assertGranted("alice", "10.0.1.1", TCP, 443, "d");
        assertGranted("alice", "10.0.1.1", TCP, 444, "b");
        assertThat(Objects.requireNonNull(decision.rule()).challengePerPort()).isTrue();
    }

    @Test
    void aDecoyRefusesEverybodyButScanners() {
        policy.resource("all", "10.0.0.0/8:*").decoy("trap", "10.0.9.9:22/tcp");
        policy.allow("a", "all", "user:alice").allow("s", "all", "user:sam");
        assertRefused("alice", "10.0.9.9", TCP, 22, DenyReason.DECOY);
        assertThat(Objects.requireNonNull(decision.decoy()).id()).hasToString("trap");
        assertThat(decision.rule()).isNull();
        assertRefused("nobody", "10.0.9.9", TCP, 22, DenyReason.DECOY);
        assertGranted("sam", "10.0.9.9", TCP, 22, "s");
        assertThat(decision.decoy()).isNull();
        assertGranted("alice", "10.0.9.9", UDP, 22, "a");
        assertGranted("alice", "10.0.9.8", TCP, 22, "a");
    }

    @Test
    void tcpFlowsOfHandedOffPortsGoToTheProxy() {
        policy.resource("db", "10.0.1.0/24:22,5432").resource("host", "10.0.1.5:5432");
        policy.handOff("db", "5432").handOff("db", "22").allow("a", "db", "user:alice");
        policy.allow("b", "host", "user:bob");
        assertGranted("alice", "10.0.1.5", TCP, 5432, "a");
        assertThat(decision.handedOff()).isTrue();
        assertGranted("alice", "10.0.1.5", TCP, 22, "a");
        assertThat(decision.handedOff()).isTrue();
        assertGranted("alice", "10.0.1.5", UDP, 5432, "a");
        assertThat(decision.handedOff()).isFalse();
        assertGranted("bob", "10.0.1.5", TCP, 5432, "b");
        assertThat(decision.handedOff()).isFalse();
    }

    @Test
    void anAnswerStandsUntilTheFirstChangeOfAnyRuleThatMatches() {
        long now = NOON.getEpochSecond();
        policy.resource("web", "10.0.1.0/24:443").resource("other", "10.0.1.0/24:80");
        policy.allow("a", "web", "user:alice");
        assertGranted("alice", "10.0.1.1", TCP, 443, "a");
        assertThat(decision.validUntilEpochSecond()).isEqualTo(Long.MAX_VALUE);
        policy.grant("b", "web", "role:staff", true, false, between(now + 600, now + 700));
        policy.grant("c", "other", "role:staff", true, false, between(now + 10, now + 20));
        policy.grant("d", "web", "role:staff", false, false, between(now - 10, now + 650));
        ask("alice", "10.0.1.1", TCP, 443, NOON);
        assertThat(decision.granted()).isTrue();
        assertThat(decision.validUntilEpochSecond()).isEqualTo(now + 600);
        ask("alice", "10.0.1.1", TCP, 443, NOON.plusSeconds(600));
        assertThat(decision.denial()).isEqualTo(DenyReason.DENY_GRANT);
        assertThat(decision.validUntilEpochSecond()).isEqualTo(now + 650);
        ask("alice", "10.0.1.1", TCP, 443, NOON.plusSeconds(650));
        assertThat(decision.validUntilEpochSecond()).isEqualTo(now + 700);
        ask("alice", "10.0.1.1", TCP, 443, NOON.plusSeconds(700));
        assertThat(decision.granted()).isTrue();
        assertThat(decision.validUntilEpochSecond()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void timeMayGoBack() {
        long now = NOON.getEpochSecond();
        policy.resource("web", "10.0.1.0/24:443");
        policy.grant("a", "web", "user:alice", false, false, between(now, now + 60));
        PolicySnapshot snapshot = policy.compile();
        long[] seconds = {now, now + 60, now + 59, now - 1, now + 1, Long.MAX_VALUE, now, Long.MIN_VALUE, now};
        boolean[] expected = {true, false, true, false, true, false, true, false, true};
        for (int i = 0; i < seconds.length; i++) {
            Cidr host = Cidr.parse("10.0.1.1");
            snapshot.decide(0, host.high(), host.low(), TCP, 443, seconds[i], decision);
            assertThat(decision.granted()).as("at %d", seconds[i]).isEqualTo(expected[i]);
        }
    }

    @Test
    void outsideItsHoursAGrantIsNotNow() {
        policy.resource("web", "10.0.1.0/24:443");
        WeeklySchedule morning = WeeklySchedule.parse("Mon 08:00-11:00 UTC");
        policy.grant(
                "a",
                "web",
                "user:alice",
                false,
                false,
                new Validity(Optional.empty(), Optional.empty(), Optional.of(morning)));
        assertRefused("alice", "10.0.1.1", TCP, 443, DenyReason.NOT_NOW);
        assertThat(decision.rule()).hasToString("a");
        assertThat(decision.validUntilEpochSecond())
                .isEqualTo(NOON.plusSeconds(7 * 86_400 - 4 * 3600).getEpochSecond());
    }

    @Test
    void networksReachWhatTheyAreGranted() {
        policy.resource("laptop", "10.66.0.2:22").resource("all", "10.66.0.0/16:*");
        policy.allow("a", "laptop", "net:10.0.1.0/24").deny("b", "all", "net:10.0.1.9/32");
        policy.decoy("trap", "10.66.0.3:22").allow("c", "all", "net:10.0.0.0/8");
        assertThat(fromNetwork("10.0.1.5", "10.66.0.2", 22)).isTrue();
        assertThat(decision.rule()).hasToString("a");
        assertThat(fromNetwork("10.0.2.5", "10.66.0.2", 22)).isTrue();
        assertThat(decision.rule()).hasToString("c");
        assertThat(fromNetwork("10.0.1.9", "10.66.0.2", 22)).isFalse();
        assertThat(decision.denial()).isEqualTo(DenyReason.DENY_GRANT);
        assertThat(fromNetwork("11.0.0.1", "10.66.0.2", 22)).isFalse();
        assertThat(decision.denial()).isEqualTo(DenyReason.NO_GRANT);
        assertThat(fromNetwork("10.0.1.5", "10.66.0.3", 22)).isFalse();
        assertThat(decision.denial()).isEqualTo(DenyReason.DECOY);
        assertRefused("alice", "10.66.0.2", TCP, 22, DenyReason.NO_GRANT);
    }

    @Test
    void aNewDecisionIsARefusal() {
        assertThat(decision.granted()).isFalse();
        assertThat(decision.denial()).isEqualTo(DenyReason.NO_GRANT);
    }

    private static Validity between(long from, long until) {
        return new Validity(
                Optional.of(Instant.ofEpochSecond(from)), Optional.of(Instant.ofEpochSecond(until)), Optional.empty());
    }

    private boolean fromNetwork(String source, String destination, int port) {
        Cidr from = Cidr.parse(source);
        Cidr to = Cidr.parse(destination);
        policy.compile()
                .decideFromNetwork(
                        from.high(), from.low(), to.high(), to.low(), TCP, port, NOON.getEpochSecond(), decision);
        return decision.granted();
    }

    private void ask(String user, String destination, int protocol, int port, Instant at) {
        PolicySnapshot snapshot = policy.compile();
        Cidr host = Cidr.parse(destination);
        int index = snapshot.userIndex(new UserId(user));
        snapshot.decide(index, host.high(), host.low(), protocol, port, at.getEpochSecond(), decision);
    }

    private void assertGranted(String user, String destination, int protocol, int port, String rule) {
        ask(user, destination, protocol, port, NOON);
        assertThat(decision.granted()).isTrue();
        assertThat(decision.denial()).isNull();
        assertThat(decision.rule()).hasToString(rule);
    }

    private void assertRefused(String user, String destination, int protocol, int port, DenyReason reason) {
        ask(user, destination, protocol, port, NOON);
        assertThat(decision.granted()).isFalse();
        assertThat(decision.handedOff()).isFalse();
        assertThat(decision.denial()).isEqualTo(reason);
    }
}
