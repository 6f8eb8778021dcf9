package dev.sekisho.policy.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.Grant;
import dev.sekisho.policy.GrantId;
import dev.sekisho.policy.Policy;
import dev.sekisho.policy.ResourceId;
import dev.sekisho.policy.Subject;
import dev.sekisho.policy.UserId;
import dev.sekisho.policy.Validity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class IncrementalCompilerTest {
    private static final int TCP = 6;

    private final IncrementalCompiler compiler = new IncrementalCompiler();

    private static Policies site() {
        return new Policies()
                .role("dev", "staff")
                .role("staff")
                .user("alice", "dev")
                .user("bob")
                .resource("web", "10.0.1.0/24:443")
                .resource("db", "10.0.2.0/24:5432")
                .decoy("trap", "10.0.9.9:22")
                .allow("a-web", "web", "user:alice")
                .allow("b-db", "db", "user:bob")
                .allow("staff-db", "db", "role:staff")
                .allow("net-web", "web", "net:192.0.2.0/24");
    }

    private PolicySnapshot compile(Policies policies) {
        return compiler.compile(policies.policy());
    }

    private void assertPaths(int wholes, int parts) {
        assertThat(compiler.wholes()).as("compiled whole").isEqualTo(wholes);
        assertThat(compiler.parts()).as("compiled from the difference").isEqualTo(parts);
    }

    @Test
    void aGrantLeavesWhatOthersHaveAsItIs() {
        SnapshotParts before = compile(site()).parts();
        SnapshotParts after = compile(site().allow("a-db", "db", "user:alice")).parts();
        assertPaths(1, 1);
        int bob = after.users().numberOf(new UserId("bob"));
        assertThat(after.users().own(bob)).isSameAs(before.users().own(bob));
        assertThat(after.users().ofRoles()).isSameAs(before.users().ofRoles());
        assertThat(after.networks()).isSameAs(before.networks());
        assertThat(after.decoys()).isSameAs(before.decoys());
        assertThat(after.roles()).isSameAs(before.roles());
        int alice = after.users().numberOf(new UserId("alice"));
        assertThat(after.users().own(alice).count()).isEqualTo(2);
    }

    @Test
    void aGrantToARoleLeavesTheUsersTablesAsTheyAre() {
        SnapshotParts before = compile(site()).parts();
        SnapshotParts after = compile(site().deny("dev-web", "web", "role:dev")).parts();
        assertPaths(1, 1);
        int alice = after.users().numberOf(new UserId("alice"));
        assertThat(after.users().own(alice)).isSameAs(before.users().own(alice));
        assertThat(granted(compile(site().deny("dev-web", "web", "role:dev")), "alice", "10.0.1.1", 443))
                .isFalse();
    }

    @Test
    void manyGrantsAtOnceAreOneStep() {
        List<Grant> grants = new ArrayList<>(site().policy().grants());
        for (int i = 0; i < 40_000; i++) {
            grants.add(grant("first-" + i, i % 2 == 0 ? "alice" : "bob"));
        }
        compiler.compile(with(grants));
        for (int i = 0; i < 10_000; i++) {
            grants.add(grant("more-" + i, i % 2 == 0 ? "alice" : "bob"));
        }
        compiler.compile(with(grants));
        assertPaths(1, 1);
    }

    private static Grant grant(String name, String user) {
        return new Grant(
                new GrantId(name),
                new ResourceId("web"),
                new Subject.User(new UserId(user)),
                false,
                false,
                Validity.ALWAYS);
    }

    private static Policy with(List<Grant> grants) {
        Policy site = site().policy();
        return new Policy(site.version(), site.roles(), site.users(), site.resources(), grants, site.handOffs());
    }

    @Test
    void moreThanAQuarterOfThePolicyIsCompiledWhole() {
        compile(site());
        List<Grant> grants = new ArrayList<>(site().policy().grants());
        for (int i = 0; i < 5_000; i++) {
            grants.add(grant("more-" + i, "alice"));
        }
        compiler.compile(with(grants));
        assertPaths(2, 0);
    }

    @Test
    void aRoleThatGoesAndAHandOffAreCompiledWhole() {
        compile(site().role("idle"));
        compile(site());
        compile(site().handOff("web", "443"));
        assertPaths(3, 0);
    }

    @Test
    void aPolicyWithProblemsIsRefusedAsAWholeAndLeavesNoTrace() {
        compile(site());
        assertThatThrownBy(
                        () -> compile(site().allow("a-db", "db", "user:alice").allow("bad", "nothing", "user:carol")))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("'bad'")
                .hasMessageContaining("'nothing'")
                .hasMessageContaining("'carol'");
        PolicySnapshot after = compile(site().allow("b-web", "web", "user:bob"));
        assertPaths(1, 1);
        assertThat(granted(after, "alice", "10.0.2.1", 5432)).as("by staff").isTrue();
        assertThat(after.explain(new UserId("alice"), 0, address("10.0.2.1"), TCP, 5432, Instant.EPOCH)
                        .lines())
                .noneMatch(line -> line.contains("a-db"));
        assertThat(granted(after, "bob", "10.0.1.1", 443)).isTrue();
    }

    @Test
    void numbersOfRulesAndPortsAreUsedAgain() {
        PolicySnapshot last = compile(site());
        int slots = last.parts().book().slots();
        for (int i = 0; i < 100; i++) {
            last = compile(site().resource("web" + i, "10.1.0.0/16:" + (1000 + i))
                    .allow("grant" + i, "web" + i, "user:alice"));
            assertThat(granted(last, "alice", "10.1.2.3", 1000 + i)).isTrue();
            assertThat(granted(last, "alice", "10.1.2.3", 999 + i)).isFalse();
        }
        assertPaths(1, 100);
        assertThat(last.parts().book().slots()).isEqualTo(slots + 1);
    }

    @Test
    void whoHasNoRoleIsToldOfNoRolesGrant() {
        PolicySnapshot snapshot = compile(site());
        assertThat(snapshot.explain(new UserId("bob"), 0, address("10.0.2.1"), TCP, 5432, Instant.EPOCH)
                        .steps())
                .hasSize(1);
    }

    private static boolean granted(PolicySnapshot snapshot, String user, String address, int port) {
        Decision decision = new Decision();
        snapshot.decide(snapshot.userIndex(new UserId(user)), 0, address(address), TCP, port, 0, decision);
        return decision.granted();
    }

    private static long address(String text) {
        return Cidr.parse(text).low();
    }
}
