package dev.sekisho.control.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `sekisho network up` and `down` by the settings of a server, in a network of their own: whoever runs this test keeps
/// theirs.
@Tag("C04")
@Timeout(180)
class GatewayIT {
    private static final String LOOKS = "sysctl -n net.ipv4.ip_forward; nft list tables;";

    @TempDir
    Path directory = Path.of("");

    private Path tree = Path.of("");

    @BeforeEach
    void grow() throws IOException {
        assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "makes a network namespace");
        tree = Files.createDirectory(directory.resolve("tree"));
        LauncherTree.grow(tree);
    }

    @AfterEach
    void cut() throws IOException {
        if (Files.exists(tree.resolve("sekisho"))) {
            LauncherTree.cut(tree);
        }
    }

    @Test
    void aHostBecomesTheGatewayOfItsServerAndStopsBeingIt() throws Exception {
        String said = inItsOwnNetwork("""
                ip link set lo up
                sysctl -q net.ipv4.ip_forward=0
                mkfifo up
                sekisho up --no-tun --listen 127.0.0.1:0 >up 2>errors &
                server=$!
                exec 3<up
                until read -r line <&3 && [[ $line == Certificate* ]]; do kill -0 $server || exit; done
                sekisho network set --interface sktest6 --exposed-subnets 10.0.7.0/24 >settings
                echo "unasked: $(sekisho network up </dev/null 2>&1) $?"
                LOOKS
                sekisho network up --yes; echo "up: $?"
                LOOKS
                sekisho network down --yes --json; echo "down: $?"
                LOOKS
                kill $server; wait $server; echo "server: $?"
                """.replace("LOOKS", LOOKS));
        assertThat(said.lines().filter(line -> !line.startsWith("sekisho: ")))
                .as(said)
                .containsExactly(
                        "unasked: sekisho: nothing was done: read what would run with 'sekisho network script', then add"
                                + " --yes 1",
                        "0",
                        "this host is the gateway now; 'sekisho network down' takes it back",
                        "up: 0",
                        "1",
                        "table inet sekisho_sktest6",
                        "{\"done\":\"down\"}",
                        "down: 0",
                        "0",
                        "server: 0");
    }

    /// Runs a script by a shell whose network nobody else has.
    private String inItsOwnNetwork(String script) throws IOException, InterruptedException {
        Path bin = Files.createDirectory(directory.resolve("bin"));
        Files.createSymbolicLink(bin.resolve("sekisho"), tree.resolve("sekisho"));
        ProcessBuilder builder = new ProcessBuilder(
                        "unshare", "-n", "env", "--default-signal=HUP,INT,TERM", "bash", "-u", "-c", script)
                .directory(directory.toFile())
                .redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("SEKISHO_") || name.startsWith("XDG_"));
        builder.environment().put("SEKISHO_STATE", directory.resolve("state").toString());
        builder.environment().put("HOME", directory.toString());
        builder.environment().put("PATH", bin + ":" + System.getenv("PATH"));
        Process shell = builder.start();
        try {
            shell.getOutputStream().close();
            String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            shell.waitFor();
            return said;
        } finally {
            shell.descendants().forEach(ProcessHandle::destroyForcibly);
            shell.destroyForcibly();
        }
    }
}
