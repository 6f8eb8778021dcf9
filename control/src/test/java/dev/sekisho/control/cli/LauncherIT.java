package dev.sekisho.control.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The launcher scripts, copied into a tree of their own around the jars of this build, so that no test
/// starts a real build.
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class LauncherIT {
    @TempDir
    Path tree = Path.of("");

    /// What a program did.
    ///
    /// @param status exit code
    /// @param out standard output
    /// @param err standard error
    private record Ran(int status, String out, String err) {}

    @BeforeEach
    void growTree() throws IOException {
        LauncherTree.grow(tree);
    }

    @AfterEach
    void cutLinks() throws IOException {
        LauncherTree.cut(tree);
    }

    @Test
    void keysComeOutAndNothingElse() throws Exception {
        Ran genkey = run(Map.of(), "", "./sekisho", "genkey");
        assertThat(genkey.status()).isZero();
        assertThat(genkey.out()).matches("[A-Za-z0-9+/]{43}=\n");
        assertThat(genkey.err()).isEmpty();
        Ran pubkey = run(Map.of(), genkey.out(), "./sekisho", "pubkey");
        assertThat(pubkey.out()).matches("[A-Za-z0-9+/]{43}=\n");
        assertThat(pubkey.err()).doesNotContain(genkey.out().strip());
    }

    @Test
    void javaHomeOfAnOlderJavaIsPassedOver() throws Exception {
        Path old = Files.createDirectories(tree.resolve("old/bin"));
        LauncherTree.executable(Files.writeString(old.resolve("java"), "#!/bin/sh\nexit 9\n"));
        Files.writeString(tree.resolve("old/release"), "JAVA_VERSION=\"17.0.1\"\n");
        assertThat(run(Map.of("JAVA_HOME", tree.resolve("old").toString()), "", "./sekisho", "genpsk")
                        .status())
                .isZero();
    }

    @Test
    void withoutAnyJdkItSaysWhatToDo() throws Exception {
        assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "hides directories by mounts");
        String hidden = "for d in /usr/lib/jvm /opt /usr/java; do [ -d $d ] && mount -t tmpfs none $d; done;"
                + " exec env -i HOME=/nowhere PATH=/usr/bin:/bin ./sekisho genkey";
        Ran ran = run(Map.of(), "", "unshare", "-m", "bash", "-c", hidden);
        assertThat(ran.status()).isEqualTo(1);
        assertThat(ran.err()).contains("no JDK 25 found", "JAVA_HOME");
        assertThat(ran.out()).isEmpty();
    }

    @Test
    void changedSourcesAreBuiltFirst() throws Exception {
        Map<String, String> environment = withMaven("echo \"$@\" >>calls\n");
        Path source = Files.createFile(tree.resolve("crypto/src/main/New.java"));
        Files.setLastModifiedTime(source, FileTime.from(Instant.parse("2041-01-01T00:00:00Z")));
        Ran ran = run(environment, "", "./sekisho", "genkey");
        assertThat(ran.status()).as(ran.err()).isZero();
        assertThat(ran.err()).contains("sekisho: building with ");
        assertThat(tree.resolve("calls")).content().contains("-pl control -am", "package");
    }

    @Test
    void failedBuildShowsItsLogAndEnds() throws Exception {
        Ran ran = run(withMaven("echo it broke\nexit 1\n"), "", "./sekisho", "build");
        assertThat(ran.status()).isEqualTo(1);
        assertThat(ran.err()).contains("it broke", "the build failed");
    }

    /// The source changes once Maven has looked at it.
    @Test
    void sourceChangedDuringTheBuildIsBuiltNextTime() throws Exception {
        Map<String, String> environment = withMaven("""
                echo call >>calls
                touch reference
                until [ crypto/src/main/New.java -nt reference ]; do touch crypto/src/main/New.java; done
                """);
        Files.setLastModifiedTime(stamp(), FileTime.from(Instant.EPOCH));
        assertThat(run(environment, "", "./sekisho", "genkey").status()).isZero();
        assertThat(tree.resolve("calls")).hasContent("call");
        assertThat(run(environment, "", "./sekisho", "genkey").status()).isZero();
        assertThat(tree.resolve("calls")).hasContent("call\ncall");
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM", "HUP"})
    void interruptedBuildLeavesNothing(String signal) throws Exception {
        assertThat(run(Map.of(), "", "mkfifo", "alive").status()).isZero();
        Path logs = Files.createDirectory(tree.resolve("logs"));
        // Maven and its child hold the pipe for as long as they live.
        Map<String, String> environment = withMaven("exec 9>alive\necho started >&9\nsleep 1000 &\nwait\n");
        // As from a terminal: whoever runs these tests in the background has the signals ignored, for all its children.
        ProcessBuilder builder = new ProcessBuilder("env", "--default-signal=HUP,INT", "./sekisho", "build")
                .directory(tree.toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(environment);
        builder.environment().put("TMPDIR", logs.toString());
        Process launcher = builder.start();
        try (BufferedReader alive = Files.newBufferedReader(tree.resolve("alive"))) {
            assertThat(alive.readLine()).isEqualTo("started");
            assertThat(logs).isNotEmptyDirectory();
            run(Map.of(), "", "kill", "-s", signal, Long.toString(launcher.pid()));
            assertThat(launcher.waitFor()).isGreaterThan(128);
            assertThat(alive.readLine()).as("everybody has let go of the pipe").isNull();
        }
        assertThat(logs).isEmptyDirectory();
        assertThat(stamp().resolveSibling(".building")).doesNotExist();
        assertThat(run(Map.of(), "", "flock", "-n", "control/target/sekisho", "true")
                        .status())
                .as("the lock is free")
                .isZero();
    }

    @Test
    void mavenIsSparedWarningsAndKeepsItsOptions() throws Exception {
        Map<String, String> environment = new HashMap<>(withMaven("echo \"[$MAVEN_OPTS]\"\nexit 1\n"));
        environment.put("MAVEN_OPTS", "-Xmx99m");
        assertThat(run(environment, "", "./sekisho", "build").err())
                .contains("[-Xmx99m --sun-misc-unsafe-memory-access=allow]");
    }

    @Test
    void testCommandBuildsBeforeItTests() throws Exception {
        Files.setLastModifiedTime(stamp(), FileTime.from(Instant.EPOCH));
        Map<String, String> environment = withMaven("echo \"$*\" >>calls\n");
        assertThat(run(environment, "", "./sekisho", "test").status()).isZero();
        assertThat(Files.readAllLines(tree.resolve("calls")))
                .satisfiesExactly(
                        build -> assertThat(build).endsWith(" package"),
                        test -> assertThat(test).isEqualTo("verify"));
    }

    @Test
    void testCommandRunsVerify() throws Exception {
        Ran ran = run(withMaven("echo \"$JAVA_HOME $*\"\n"), "", "./sekisho", "test", "-pl", "crypto");
        assertThat(ran.out()).endsWith(" verify -pl crypto\n");
        assertThat(ran.err()).contains("mvn verify -pl crypto");
    }

    @Test
    void dropInWantsOneName() throws Exception {
        for (String[] arguments : new String[][] {{}, {"a", "b"}, {"--bogus"}, {"-f"}}) {
            String[] command = new String[arguments.length + 1];
            command[0] = "./sekisho-wg";
            System.arraycopy(arguments, 0, command, 1, arguments.length);
            Ran ran = run(Map.of(), "", command);
            assertThat(ran.status()).isEqualTo(2);
            assertThat(ran.err()).startsWith("Usage: sekisho-wg [-f/--foreground] INTERFACE-NAME");
        }
    }

    @Test
    void dropInTellsWhyTheDaemonDidNotStart() throws Exception {
        Ran ran = run(Map.of(), "", "./sekisho-wg", "bad/name");
        assertThat(ran.status()).isEqualTo(1);
        assertThat(ran.err()).isEqualTo("sekisho: an interface name is 1 to 15 letters, digits or _=+.-\n");
        assertThat(run(Map.of("WG_PROCESS_FOREGROUND", "1"), "", "./sekisho-wg", "bad/name")
                        .status())
                .isEqualTo(1);
    }

    @Test
    void dropInPassesTheNumberOfWorkers() throws Exception {
        for (String foreground : new String[] {"0", "1"}) {
            Ran ran = run(
                    Map.of("SEKISHO_WORKERS", "17", "WG_PROCESS_FOREGROUND", foreground),
                    "",
                    "./sekisho-wg",
                    "sktest0");
            assertThat(ran.status()).isEqualTo(2);
            assertThat(ran.err()).startsWith("sekisho: --workers is a number from 1 to 16, not 17\n");
        }
    }

    private Path stamp() {
        return LauncherTree.stamp(tree);
    }

    /// An environment in which Maven is this piece of shell, run in the tree, and no start is rehearsed after it.
    private Map<String, String> withMaven(String script) throws IOException {
        Path bin = Files.createDirectory(tree.resolve("bin"));
        LauncherTree.executable(Files.writeString(bin.resolve("mvn"), "#!/bin/sh\n" + script));
        return Map.of("PATH", bin + ":" + System.getenv("PATH"), "SEKISHO_AOT", "skip");
    }

    private Ran run(Map<String, String> environment, String input, String... command) throws Exception {
        Path err = Files.createTempFile(tree, "err", "");
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(tree.toFile()).redirectError(err.toFile());
        builder.environment().remove("LOG_LEVEL");
        builder.environment().putAll(environment);
        Process process = builder.start();
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.US_ASCII));
        }
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ran(process.waitFor(), out, Files.readString(err));
    }
}
