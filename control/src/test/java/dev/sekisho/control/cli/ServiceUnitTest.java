package dev.sekisho.control.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sekisho.control.server.ServerConfig;
import dev.sekisho.control.socket.ControlSockets;
import dev.sekisho.control.state.StateDirectory;
import dev.sekisho.control.web.OpenFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// `packaging/sekisho.service` says what the program takes and needs. Nothing here runs under systemd.
@Tag("D04")
class ServiceUnitTest {
    private static final Path TOP = Path.of("..").toAbsolutePath().normalize();
    private static final Path UNIT = TOP.resolve("packaging/sekisho.service");

    /// Requests under way have eight seconds at the end of the server, all in all it is less than ten.
    private static final int LONGEST_STOP_SECONDS = 10;

    private static List<String> values(String key) throws IOException {
        return Files.readAllLines(UNIT).stream()
                .filter(line -> line.startsWith(key + "="))
                .map(line -> line.substring(key.length() + 1))
                .toList();
    }

    private static String value(String key) throws IOException {
        List<String> all = values(key);
        assertThat(all).as(key).hasSize(1);
        return all.getFirst();
    }

    private static List<String> words(String key) throws IOException {
        return values(key).stream()
                .flatMap(line -> Arrays.stream(line.split(" ")))
                .toList();
    }

    @Test
    void theCommandsAreOnesThatTheProgramTakes() throws Exception {
        List<String> start = words("ExecStart");
        assertThat(Path.of(start.getFirst()).getFileName()).hasToString("sekisho");
        assertThat(TOP.resolve("sekisho")).isExecutable();
        CommandLine.ParseResult parsed =
                Main.commandLine().parseArgs(start.subList(1, start.size()).toArray(String[]::new));
        assertThat(parsed.subcommand().commandSpec().userObject()).isInstanceOf(UpCommand.class);
        assertThat(value("ExecReload")).isEqualTo("/bin/kill -HUP $MAINPID");
        assertThat(String.join(
                        " ", parsed.subcommand().commandSpec().usageMessage().description()))
                .contains("SIGHUP reads certificate, places and configuration again");
        assertThat(launcher()).as("the main process is the JVM itself").contains("\n    exec \"${java[@]}\" \"$@\"\n");
    }

    private static String launcher() throws IOException {
        return Files.readString(TOP.resolve("sekisho"), StandardCharsets.UTF_8);
    }

    /// The JVM tells by a tool of systemd, which is another process.
    @Test
    void readinessMayBeToldByAnotherProcess() throws Exception {
        assertThat(value("Type")).isEqualTo("notify");
        assertThat(value("NotifyAccess")).isEqualTo("all");
        assertThat(Integer.parseInt(value("TimeoutStopSec"))).isGreaterThan(LONGEST_STOP_SECONDS);
    }

    @Test
    void thePlacesAreThoseOfTheProgram() throws Exception {
        Path state = StateDirectory.standard(true, Map.of());
        assertThat(Path.of("/var/lib", value("StateDirectory"))).isEqualTo(state);
        assertThat(value("StateDirectoryMode")).isEqualTo("0700");
        assertThat(ControlSockets.of(state, true, Map.of()).toString()).contains("/run/" + value("RuntimeDirectory"));
        assertThat(value("RuntimeDirectoryMode")).isEqualTo("0700");
        assertThat(ServerConfig.STANDARD_FILE.getParent()).isEqualTo(Path.of("/etc", value("ConfigurationDirectory")));
        assertThat(value("UMask")).isEqualTo("0077");
    }

    /// What the program does: sockets of these kinds, the tun device, code that is made while it runs, many
    /// connections.
    @Test
    void whatIsForbiddenIsNotNeeded() throws Exception {
        assertThat(words("RestrictAddressFamilies"))
                .containsExactlyInAnyOrder("AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK");
        assertThat(words("CapabilityBoundingSet"))
                .containsExactlyInAnyOrder("CAP_NET_ADMIN", "CAP_NET_RAW", "CAP_NET_BIND_SERVICE");
        assertThat(value("DeviceAllow")).isEqualTo("/dev/net/tun rw");
        assertThat(value("DevicePolicy")).isEqualTo("closed");
        assertThat(values("MemoryDenyWriteExecute"))
                .as("the JVM compiles while it runs")
                .isEmpty();
        assertThat(values("PrivateNetwork")).isEmpty();
        assertThat(values("PrivateDevices")).as("it would hide /dev/net/tun").isEmpty();
        assertThat(Integer.parseInt(value("LimitNOFILE"))).isGreaterThanOrEqualTo(OpenFiles.FEW);
        for (String key :
                List.of("NoNewPrivileges", "ProtectHome", "PrivateTmp", "RestrictSUIDSGID", "LockPersonality")) {
            assertThat(value(key)).as(key).isEqualTo("yes");
        }
        assertThat(value("ProtectSystem")).isEqualTo("strict");
    }

    /// systemd's own check of the file, with the program where it is here.
    @Test
    void systemdHasNothingToSayAgainstIt(@TempDir Path directory) throws Exception {
        assumeTrue(
                Stream.of(System.getenv("PATH").split(":"))
                        .anyMatch(place -> Files.isExecutable(Path.of(place, "systemd-analyze"))),
                "systemd-analyze is not installed");
        String unit = Files.readString(UNIT, StandardCharsets.UTF_8)
                .replace("/opt/sekisho/sekisho", TOP.resolve("sekisho").toString());
        Path copy = Files.writeString(directory.resolve("sekisho.service"), unit);
        Process process = new ProcessBuilder("systemd-analyze", "verify", "--man=no", copy.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said.lines().filter(line -> line.contains("sekisho"))).isEmpty();
    }
}
