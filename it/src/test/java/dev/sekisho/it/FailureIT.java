package dev.sekisho.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.it.lab.Netns;
import dev.sekisho.it.lab.Outcome;
import dev.sekisho.it.lab.Pair;
import dev.sekisho.it.lab.WireguardPeer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What the machine can do to a running or starting subject: each ends with a sentence, none with a stack trace.
@NeedsNetns
class FailureIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String STACK_FRAME = "(?m)^\\s+at [a-z.]+";

    @Test
    void aVanishedInterfaceEndsTheProcess() {
        try (Pair pair = Pair.connected(Subject.implementation(), Subject.counterpart())) {
            WireguardPeer subject = pair.left();

            subject.namespace().ip("link", "del", subject.name()).orThrow();

            Outcome end = subject.process().awaitEnd(LIMIT);
            assertThat(subject.socket()).doesNotExist();
            assertThat(end.text()).doesNotContainPattern(STACK_FRAME);
            if (Subject.isOurs()) {
                assertThat(end.text()).contains(subject.name());
            }
        }
    }

    @Test
    void aSecondSubjectOfTheSameNameIsRefusedAndTheFirstGoesOn() {
        try (Pair pair = Pair.connected(Subject.implementation(), Subject.counterpart())) {
            WireguardPeer subject = pair.left();

            Outcome refused = subject.namespace()
                    .command(Subject.implementation().words(subject.name()))
                    .withLimit(LIMIT)
                    .run();

            assertThat(refused.succeeded()).isFalse();
            assertThat(refused.text()).containsPattern("(?i)busy|in use|already|exists");
            assertThat(refused.text()).doesNotContainPattern(STACK_FRAME);
            assertThat(subject.peers()).hasSize(1);
            pair.awaitPing();
        }
    }

    /// A user namespace without a mapping: nobody outside, no capability inside.
    @Test
    void withoutPrivilegeItSaysWhatIsMissing() {
        try (Netns netns = Netns.open()) {
            var words = new ArrayList<>(List.of("unshare", "--user"));
            words.addAll(Subject.implementation().words(netns.left().name()));

            Outcome refused = netns.left().command(words).withLimit(LIMIT).run();

            assertThat(refused.succeeded()).isFalse();
            assertThat(refused.text())
                    .containsPattern("(?i)root|CAP_NET_ADMIN|privilege|not permitted|permission denied");
            assertThat(refused.text()).doesNotContainPattern(STACK_FRAME);
            assertThat(netns.left().hasInterface(netns.left().name())).isFalse();
        }
    }
}
