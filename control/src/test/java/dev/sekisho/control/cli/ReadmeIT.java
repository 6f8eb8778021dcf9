package dev.sekisho.control.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A newcomer who does exactly what the README says: its code blocks are run as they stand, through the launcher, by a
/// shell. Only three things are not the newcomer's: `sudo` here stays who it is and, as the real one does, forgets the
/// variables of the server, whose state directory, port and tunnel are the test's; ports are free ones; the link in
/// `/usr/local/bin` is a directory on the path.
@Tag("C04")
@Tag("B03")
@Timeout(300)
class ReadmeIT {
    private static final String ADMIN_PASSWORD = "correct horse battery staple 7";
    private static final String ALICE_PASSWORD = "wrong donkey socket nail 8";
    private static final String PASSPHRASE = "a passphrase for the tour";
    private static final Pattern PORT = Pattern.compile(" *https://.*:(\\d+)/");

    @TempDir
    Path directory = Path.of("");

    private final List<Process> servers = new ArrayList<>();
    private final List<StringBuilder> said = new ArrayList<>();
    private final PortalPerson admin = new PortalPerson("admin", ADMIN_PASSWORD);
    private final PortalPerson alice = new PortalPerson("alice", ALICE_PASSWORD);
    private Path tree = Path.of("");
    private Path home = Path.of("");
    private List<String> blocks = List.of();
    private int port;

    /// A program that was started.
    ///
    /// @param out what it says, line by line
    /// @param before what it has said so far
    private record Started(Process process, BufferedReader out, StringBuilder before) {
        /// Reads on to the line that this matches.
        Matcher until(Pattern pattern) throws IOException {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                before.append(line).append('\n');
                Matcher matcher = pattern.matcher(line);
                if (matcher.find()) {
                    return matcher;
                }
            }
            throw new AssertionError("it ended before it said " + pattern + ":\n" + before);
        }

        /// Reads on to its end, which is a good one.
        String end() throws IOException, InterruptedException {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                before.append(line).append('\n');
            }
            assertThat(process.waitFor()).as(before.toString()).isZero();
            return before.toString();
        }
    }

    @BeforeEach
    void prepare() throws IOException {
        tree = Files.createDirectory(directory.resolve("tree"));
        LauncherTree.grow(tree);
        home = Files.createDirectory(directory.resolve("home"));
        Path bin = Files.createDirectory(directory.resolve("bin"));
        program(bin.resolve("sekisho"), "exec " + tree.resolve("sekisho") + " \"$@\"");
        program(
                bin.resolve("sudo"),
                "exec env -u SEKISHO_URL -u SEKISHO_TOKEN -u SEKISHO_FINGERPRINT SEKISHO_STATE=" + state()
                        + " SEKISHO_LISTEN=127.0.0.1:0 SEKISHO_TUNNEL=false \"$@\"");
        blocks = blocks();
    }

    /// A program that writes down with what it was called, as every user of a host could see.
    private void program(Path file, String script) throws IOException {
        Files.writeString(file, "#!/bin/sh\nprintf '%s\\n' \"$*\" >>" + arguments() + "\n" + script + "\n");
        LauncherTree.executable(file);
    }

    private Path arguments() {
        return directory.resolve("arguments");
    }

    private Path state() {
        return directory.resolve("state");
    }

    /// The shell's blocks of the section about the server.
    private static List<String> blocks() throws IOException {
        String text = Files.readString(LauncherTree.top().resolve("README.md"));
        int start = text.indexOf("## The server in five minutes");
        String section = text.substring(start, text.indexOf("\n## ", start));
        List<String> found = new ArrayList<>();
        Matcher matcher = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL).matcher(section);
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }

    @AfterEach
    void end() throws Exception {
        for (Process server : servers) {
            server.destroyForcibly().waitFor();
        }
        LauncherTree.cut(tree);
    }

    @Test
    void whoDoesWhatTheReadmeSaysSucceeds() throws Exception {
        assertThat(blocks).as("the blocks of the section").hasSize(5);
        Started server = up(blocks.get(0).lines().skip(1).findFirst().orElseThrow());
        port = Integer.parseInt(server.until(PORT).group(1));
        String first = server.until(Pattern.compile("password (\\S+) ")).group(1);
        admin.open(port, state());
        assertThat(admin.enter(first)).isEqualTo("enroll, complete");

        String made = run(home, blocks.get(1), "");
        assertThat(made).contains("JDK", "SCOPE", "always");
        Matcher oneTime = Pattern.compile("initialPassword +(\\S+)").matcher(made);
        assertThat(oneTime.find()).isTrue();
        alice.open(port, state());
        assertThat(alice.enter(oneTime.group(1))).isEqualTo("enroll, complete");

        programsAndPeopleComeIn();
        assertThat(run(tour(), blocks.get(3), PASSPHRASE + "\n")).contains("ok: ", "sealed with your passphrase");
        whatWasRestoredIsWhole();
        stop(servers.getFirst());
        nothingSecretWasShown(first, oneTime.group(1));
    }

    private Path tour() {
        return home.resolve("sekisho-tour");
    }

    private void programsAndPeopleComeIn() throws Exception {
        Started running = start(tour(), blocks.get(2), "");
        String code = running.until(Pattern.compile("type the code (\\S+)")).group(1);
        alice.letIn(code);
        running.until(Pattern.compile("logged in; kept in "));
        assertThat(running.end()).contains("alice", "admin", "totp", "logged out");
        assertThat(home.resolve(".config/sekisho/login.json")).doesNotExist();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(tour().resolve("token"))))
                .isEqualTo("rw-------");
    }

    /// Passwords, second factors, grants of before; and the log that says so.
    private void whatWasRestoredIsWhole() throws Exception {
        List<String> lines = blocks.get(4).lines().toList();
        assertThat(run(tour(), lines.getFirst(), PASSPHRASE + "\n")).contains("restored into ");
        Started copy = up(lines.getLast());
        int other = Integer.parseInt(copy.until(PORT).group(1));
        assertThat(other).isNotEqualTo(port);
        for (PortalPerson person : List.of(alice, admin)) {
            person.open(other, tour().resolve("restored"));
            assertThat(person.enter()).isEqualTo("complete");
        }
        String there = run(
                tour(),
                "sudo sekisho user list --state restored; sudo sekisho factor-rule list --state restored;"
                        + " sudo sekisho audit verify --state restored; sudo sekisho token list --owner admin --state"
                        + " restored",
                "");
        assertThat(there).contains("alice", "always", "ok: ", "tour");
        stop(servers.getLast());
    }

    private void nothingSecretWasShown(String... oneTimes) throws IOException {
        String token = Files.readString(tour().resolve("token")).strip();
        assertThat(Files.readString(arguments()))
                .contains("factor-rule set default")
                .doesNotContain(ADMIN_PASSWORD, ALICE_PASSWORD, PASSPHRASE, token)
                .doesNotContain(oneTimes);
        assertThat(String.join("", said)).doesNotContain(ADMIN_PASSWORD, ALICE_PASSWORD, PASSPHRASE, token);
    }

    /// Runs a block to its good end.
    private String run(Path from, String block, String typed) throws IOException, InterruptedException {
        return start(from, block, typed).end();
    }

    /// A server that stays in the foreground.
    private Started up(String line) throws IOException {
        assertThat(line).contains("sekisho up");
        Started started = start(Files.exists(tour()) ? tour() : home, "exec " + line, "");
        servers.add(started.process());
        return started;
    }

    private Started start(Path from, String block, String typed) throws IOException {
        String here = block.replace("localhost:8443", "127.0.0.1:" + port).replace("127.0.0.1:9443", "127.0.0.1:0");
        // It is one terminal, in which the first block has said so.
        String umask = from.equals(tour()) ? "umask 077\n" : "";
        // Whoever runs these tests in the background has signals ignored, for all its children.
        ProcessBuilder builder = new ProcessBuilder(
                        "env", "--default-signal=HUP,INT,TERM", "bash", "-euo", "pipefail", "-c", umask + here)
                .directory(from.toFile())
                .redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("SEKISHO_") || name.startsWith("XDG_"));
        builder.environment().remove("LOG_LEVEL");
        builder.environment().put("HOME", home.toString());
        builder.environment().put("PATH", directory.resolve("bin") + ":" + System.getenv("PATH"));
        Process process = builder.start();
        try (var stdin = process.getOutputStream()) {
            stdin.write(typed.getBytes(StandardCharsets.UTF_8));
        }
        said.add(new StringBuilder());
        return new Started(process, process.inputReader(), said.getLast());
    }

    private static void stop(Process server) throws InterruptedException {
        server.destroy();
        assertThat(server.waitFor()).isZero();
    }
}
