package dev.sekisho.control.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.control.policy.PolicyFile;
import dev.sekisho.dataplane.flow.Enforcement;
import dev.sekisho.dataplane.flow.MfaRules;
import dev.sekisho.dataplane.flow.ScanRules;
import dev.sekisho.dataplane.run.ConfigurationException;
import dev.sekisho.dataplane.run.DeviceUpdate;
import dev.sekisho.dataplane.run.PeerUpdate;
import dev.sekisho.policy.compile.PolicyCompiler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The way from one policy to the next over packet threads that are told everything, in order, but may not
/// answer.
class RolloutTest {
    private static final String ALICE = "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=";
    private static final String BOB = "3p7bfXt9wbTTW2HC7OQ1Nz+DQ8hbeGdNrfx+FG+IK08=";

    @TempDir
    private Path directory = Path.of("");

    private final List<String> told = new ArrayList<>();
    private final List<PolicyFile.Content> contents = new ArrayList<>();
    private int silentFrom = Integer.MAX_VALUE;
    private final Rollout rollout = new Rollout(this::peers, this::policy);

    @AfterEach
    void wipe() {
        contents.forEach(PolicyFile.Content::close);
    }

    @Test
    void aDeviceThatGoesLosesItsPeerBeforeThePolicyChanges() throws IOException {
        rollout.to(target(1, ALICE, BOB));
        rollout.to(target(2, BOB));
        assertThat(told).containsExactly("+alice +bob", "policy 1", "-alice +bob", "policy 2");
    }

    @Test
    void aPeerThatIsAsItWasIsNotToldAgain() throws IOException {
        rollout.to(target(1, ALICE));
        rollout.to(target(2, ALICE, BOB));
        rollout.to(target(3, ALICE));
        assertThat(told).containsExactly("+alice", "policy 1", "+bob", "policy 2", "-bob", "policy 3");
    }

    @Test
    void whenNobodyAnswersTheOldOneIsToldAgainBehindTheNewOne() throws IOException {
        rollout.to(target(1, ALICE));
        Rollout.Target next = target(2, BOB);
        silentFrom = told.size();
        assertThatThrownBy(() -> rollout.to(next)).isInstanceOf(ConfigurationException.class);
        assertThat(told.subList(2, told.size()))
                .as("the first half is not followed by the second; then the old one, both halves")
                .containsExactly("-alice +bob", "-bob +alice", "policy 1");
    }

    @Test
    void whenThePolicyIsNotAnsweredThePeersGoBackToo() throws IOException {
        rollout.to(target(1, ALICE));
        Rollout.Target next = target(2, BOB);
        silentFrom = told.size() + 1;
        assertThatThrownBy(() -> rollout.to(next)).isInstanceOf(ConfigurationException.class);
        assertThat(told.subList(2, told.size())).containsExactly("-alice +bob", "policy 2", "-bob +alice", "policy 1");
    }

    /// A peer that a failed change may have brought is nobody's for ever otherwise.
    @Test
    void whatAFailedChangeMayHaveBroughtIsRemovedByTheNext() throws IOException {
        rollout.to(target(1, ALICE));
        Rollout.Target failing = target(2, ALICE, BOB);
        silentFrom = told.size();
        assertThatThrownBy(() -> rollout.to(failing)).isInstanceOf(ConfigurationException.class);
        silentFrom = Integer.MAX_VALUE;
        told.clear();
        rollout.to(target(3, ALICE));
        assertThat(told).containsExactly("-bob +alice", "policy 3");
    }

    private void peers(DeviceUpdate update) {
        List<String> words = new ArrayList<>();
        for (PeerUpdate peer : update.peers()) {
            String name = peer.publicKey().toString().startsWith(ALICE.substring(0, 8)) ? "alice" : "bob";
            words.add((peer.remove() ? "-" : "+") + name);
        }
        tell(String.join(" ", words));
    }

    private void policy(Enforcement enforcement) {
        tell("policy " + enforcement.policy().version());
    }

    private void tell(String what) {
        told.add(what);
        if (told.size() > silentFrom) {
            throw new ConfigurationException(
                    ConfigurationException.Reason.REFUSED, "the packet threads do not answer; see the log");
        }
    }

    private Rollout.Target target(long version, String... keys) throws IOException {
        StringBuilder text = new StringBuilder("""
                network: {interface: sk0, addresses: [10.66.0.1/24], privateKeyFile: server.key}
                users: [{name: alice}]
                devices:
                """);
        for (int i = 0; i < keys.length; i++) {
            text.append("  - {name: d%d, user: alice, publicKey: %s, addresses: [10.66.0.%d]}\n"
                    .formatted(i, keys[i], i + 2));
        }
        Path file = Files.writeString(directory.resolve("policy.yaml"), text);
        if (contents.isEmpty()) {
            new PolicyFile(file).read(1).close(); // makes the key
        }
        PolicyFile.Content content = new PolicyFile(file).read(version);
        contents.add(content);
        return new Rollout.Target(
                content,
                () -> new Enforcement(
                        PolicyCompiler.compile(content.policy()),
                        Map.of(),
                        MfaRules.DEFAULT,
                        ScanRules.DEFAULT,
                        Map.of()));
    }
}
