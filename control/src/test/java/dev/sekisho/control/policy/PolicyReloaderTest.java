package dev.sekisho.control.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyReloaderTest {
    private static final long SETTLE = PolicyReloader.SETTLE.toNanos();

    @TempDir
    Path directory = Path.of("");

    private final List<PolicyFile.Content> enforced = new ArrayList<>();
    private Path path = directory;
    private long now = Long.MAX_VALUE - SETTLE; // overflows on the way

    @BeforeEach
    void writeTheFirst() throws IOException {
        path = directory.resolve("policy.yaml");
        write("alice");
        new PolicyFile(path).read(1).close(); // a start: makes the key
    }

    @Test
    void aChangeIsInForceWhenTheFileHasSettled() throws IOException {
        PolicyReloader reloader = reloader();
        settle(reloader);
        assertThat(enforced).isEmpty();
        write("alice", "bob");
        assertThat(reloader.check(now)).isTrue();
        now += SETTLE - 1;
        assertThat(reloader.check(now)).isTrue();
        assertThat(enforced).isEmpty();
        now += 1;
        assertThat(reloader.check(now)).isFalse();
        assertThat(enforced).hasSize(1);
        assertThat(enforced.getFirst().policy().version()).isEqualTo(2);
        assertThat(reloader.version()).isEqualTo(2);
    }

    @Test
    void aHalfWrittenFileIsNotLookedAt() throws IOException {
        PolicyReloader reloader = reloader();
        Files.writeString(path, PolicyFileTest.minimal() + "users: [{na");
        assertThat(reloader.check(now)).isTrue();
        now += SETTLE - 1;
        write("alice", "bob");
        assertThat(reloader.check(now)).isTrue();
        now += SETTLE;
        reloader.check(now);
        assertThat(reloader.lastError()).isEmpty();
        assertThat(enforced).hasSize(1);
    }

    @Test
    void anErrorKeepsTheOldPolicyAndIsToldOnce() throws IOException {
        PolicyReloader reloader = reloader();
        Files.writeString(path, PolicyFileTest.minimal() + "colour: red\n");
        settle(reloader);
        assertThat(enforced).isEmpty();
        assertThat(reloader.version()).isEqualTo(1);
        assertThat(reloader.lastError().orElseThrow()).startsWith(path + ":3: colour: is not known here");
        write("alice", "bob");
        settle(reloader);
        assertThat(reloader.lastError()).isEmpty();
        assertThat(reloader.version()).isEqualTo(2);
    }

    @Test
    void whatTheEnforcerRefusesIsAnErrorToo() throws IOException {
        List<PolicyFile.Content> refused = new ArrayList<>();
        PolicyReloader reloader =
                new PolicyReloader(new PolicyFile(path), 1, new PolicyFile(path).digest(), now, content -> {
                    refused.add(content);
                    throw new IllegalStateException("no room");
                });
        write("bob");
        settle(reloader);
        assertThat(reloader.lastError()).contains("no room");
        assertThat(refused.getFirst().privateKey().isWiped()).isTrue();
    }

    /// What a full disk or a writer that died leaves: YAML, but less than anybody meant.
    @Test
    void whatIsCutOffInPlaceCountsOnlyWhenItIsWrittenAgain() throws IOException {
        write("alice", "bob");
        PolicyReloader reloader = reloader();
        settle(reloader);
        Files.writeString(path, text("alice"));
        settle(reloader);
        assertThat(enforced).isEmpty();
        assertThat(reloader.lastError().orElseThrow()).startsWith("it seems cut off");
        now += PolicyReloader.RETRY.toNanos();
        settle(reloader);
        assertThat(enforced).as("time alone changes nothing").isEmpty();

        Files.setLastModifiedTime(path, FileTime.fromMillis(1_000_000));
        settle(reloader);
        assertThat(enforced).as("touched").hasSize(1);
        assertThat(reloader.lastError()).isEmpty();
    }

    @Test
    void whatEndsWithinALineIsDoubtedUntilTheRestComes() throws IOException {
        PolicyReloader reloader = reloader();
        settle(reloader);
        Files.writeString(path, text("bob") + "  - {name: carol}");
        settle(reloader);
        assertThat(enforced).isEmpty();
        assertThat(reloader.lastError().orElseThrow()).startsWith("it seems cut off");
        Files.writeString(path, text("bob", "carol"));
        settle(reloader);
        assertThat(enforced).hasSize(1);
        assertThat(reloader.lastError()).isEmpty();
    }

    /// The advised way: a file that is renamed into place was whole before, and a revocation must not wait.
    @Test
    void aShorterFileThatIsRenamedIntoPlaceCountsAtOnce() throws IOException {
        write("alice", "bob");
        PolicyReloader reloader = reloader();
        settle(reloader);
        Path next = Files.writeString(directory.resolve("next"), text("alice"));
        Files.move(next, path, StandardCopyOption.ATOMIC_MOVE);
        settle(reloader);
        assertThat(enforced).hasSize(1);
    }

    /// The cause may lie outside of the file: a revocation must not wait for somebody to write it twice.
    @Test
    void whatCouldNotBePutInForceIsTriedAgain() throws IOException {
        boolean[] isBusy = {true};
        PolicyReloader reloader =
                new PolicyReloader(new PolicyFile(path), 1, new PolicyFile(path).digest(), now, content -> {
                    if (isBusy[0]) {
                        throw new IllegalStateException("the port is in use");
                    }
                    enforced.add(content);
                });
        write("bob");
        settle(reloader);
        assertThat(reloader.lastError()).contains("the port is in use");
        isBusy[0] = false;
        now += PolicyReloader.RETRY.toNanos() - 1;
        reloader.check(now);
        assertThat(enforced).isEmpty();
        now += 1;
        reloader.check(now);
        assertThat(enforced).hasSize(1);
        assertThat(reloader.lastError()).isEmpty();
        now += PolicyReloader.RETRY.toNanos();
        reloader.check(now);
        assertThat(enforced).as("once it is in force").hasSize(1);
    }

    @Test
    void aRenameASymbolicLinkAndARemovalCountATouchDoesNot() throws IOException {
        Files.delete(path);
        Path one = Files.writeString(directory.resolve("one"), text("alice"));
        Path two = Files.writeString(directory.resolve("two"), text("bobby"));
        Files.createSymbolicLink(path, one);
        PolicyReloader reloader = reloader();
        Files.setLastModifiedTime(one, FileTime.fromMillis(1_000_000));
        settle(reloader);
        assertThat(enforced).as("touched").isEmpty();

        Path link = Files.createSymbolicLink(directory.resolve("link"), two);
        Files.move(link, path, StandardCopyOption.ATOMIC_MOVE);
        settle(reloader);
        assertThat(enforced).as("link swapped").hasSize(1);

        Path three = Files.writeString(directory.resolve("three"), text("carol"));
        Files.move(three, path, StandardCopyOption.ATOMIC_MOVE);
        settle(reloader);
        assertThat(enforced).as("renamed").hasSize(2);

        Files.delete(path);
        settle(reloader);
        assertThat(enforced).as("gone").hasSize(2);
        assertThat(reloader.lastError()).contains(path + ": no such file");
    }

    /// Same size, same time: what a second write within the clock's grain looks like.
    @Test
    void aSecondWriteWithinTheClocksGrainIsSeen() throws IOException {
        PolicyReloader reloader = reloader();
        write("bobby");
        FileTime time = Files.getLastModifiedTime(path);
        settle(reloader);
        assertThat(enforced).hasSize(1);
        write("carol");
        Files.setLastModifiedTime(path, time);
        now += Duration.ofMillis(500).toNanos();
        reloader.check(now);
        assertThat(enforced).hasSize(2);
    }

    @Test
    void theWatcherFollowsTheFile() throws Exception {
        BlockingQueue<PolicyFile.Content> contents = new LinkedBlockingQueue<>();
        PolicyFile file = new PolicyFile(path);
        try (PolicyFile.Content first = file.read(1);
                PolicyWatcher watcher = PolicyWatcher.start(file, first, contents::add)) {
            write("alice", "bob");
            assertThat(contents.take().policy().users()).hasSize(2);
            write("alice", "bob", "carol");
            assertThat(contents.take().policy().version()).isEqualTo(3);
            assertThat(watcher.lastError()).isEmpty();
        }
    }

    private PolicyReloader reloader() {
        return new PolicyReloader(new PolicyFile(path), 1, new PolicyFile(path).digest(), now, enforced::add);
    }

    private void settle(PolicyReloader reloader) {
        now += Duration.ofMillis(500).toNanos();
        reloader.check(now);
        now += SETTLE;
        reloader.check(now);
    }

    private void write(String... users) throws IOException {
        Files.writeString(path, text(users));
    }

    private static String text(String... users) {
        StringBuilder text = new StringBuilder(PolicyFileTest.minimal()).append("users:\n");
        for (String user : users) {
            text.append("  - {name: ").append(user).append("}\n");
        }
        return text.toString();
    }
}
