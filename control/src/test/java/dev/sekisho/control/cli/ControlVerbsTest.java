package dev.sekisho.control.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.control.policy.PolicyFile;
import dev.sekisho.control.run.CheckpointOpener;
import dev.sekisho.control.run.OpenCheckpoint;
import dev.sekisho.control.socket.ControlSockets;
import dev.sekisho.control.socket.FlowFilter;
import dev.sekisho.control.socket.MemoryEnforcer;
import dev.sekisho.control.tunnel.Stop;
import dev.sekisho.dataplane.flow.CheckpointEvent;
import dev.sekisho.dataplane.flow.LockReason;
import dev.sekisho.dataplane.flow.ScanTarget;
import dev.sekisho.dataplane.run.DataPlane;
import dev.sekisho.policy.DeviceId;
import dev.sekisho.policy.UserId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// `sekisho up` over a checkpoint without packets, and the verbs that talk to it.
@Timeout(120)
class ControlVerbsTest {
    /// A checkpoint that tells when it is up.
    private static final class MemoryCheckpoint extends MemoryEnforcer implements OpenCheckpoint {
        private final CountDownLatch closed = new CountDownLatch(1);
        private volatile Consumer<CheckpointEvent> listener = event -> {};
        private volatile @Nullable Error planted;

        @Override
        public void enforce(PolicyFile.Content content) {
            if (planted != null) {
                throw planted;
            }
            super.enforce(content);
        }

        @Override
        public Compilations compilations() {
            return new Compilations(0, 0);
        }

        @Override
        public DataPlane.StopReason awaitStop() throws InterruptedException {
            closed.await();
            return DataPlane.StopReason.CLOSED;
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }

    @TempDir
    Path directory = Path.of("");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final MemoryCheckpoint checkpoint = new MemoryCheckpoint();
    private Stop stop = new Stop();
    private volatile int exitCode = -1;
    private @Nullable Thread up;

    @BeforeEach
    void start() throws Exception {
        Files.writeString(directory.resolve("policy.yaml"), """
                network: {interface: sk0, addresses: [10.66.0.1/24], privateKeyFile: server.key}
                users: [{name: alice, totp: GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ}, {name: bob}]
                devices:
                  - {name: laptop, user: alice, publicKey: hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=, addresses: [10.66.0.2]}
                  - {name: phone, user: bob, publicKey: 3p7bfXt9wbTTW2HC7OQ1Nz+DQ8hbeGdNrfx+FG+IK08=, addresses: [10.66.0.3]}
                """);
        start((content, locks, _, listener) -> {
            checkpoint.locked.addAll(locks.get().keySet());
            checkpoint.listener = listener;
            return checkpoint;
        });
    }

    private void start(CheckpointOpener opener) throws Exception {
        start(opener, Map.of(), "--state", state());
    }

    private void start(CheckpointOpener opener, Map<String, String> environment, String... place) throws Exception {
        List<String> words = new ArrayList<>(
                List.of("--policy", directory.resolve("policy.yaml").toString()));
        words.addAll(List.of(place));
        Thread thread = Thread.ofPlatform()
                .start(() -> exitCode = new CommandLine(new UpCommand(opener, stop, environment))
                        .execute(words.toArray(String[]::new)));
        up = thread;
        ControlSockets sockets = new ControlSockets(directory.resolve("state").resolve("run"));
        while (sockets.interfaces().isEmpty() && thread.isAlive()) {
            Thread.onSpinWait();
        }
        assertThat(sockets.interfaces()).containsExactly("sk0");
    }

    @AfterEach
    void end() throws InterruptedException {
        stop.request();
        if (up != null) {
            up.join();
        }
        assertThat(directory.resolve("state/run/sk0.sock")).doesNotExist();
    }

    @Test
    void devicesAreATable() {
        assertThat(run("devices")).isZero();
        assertThat(out).hasToString("""
                        DEVICE  USER   ADDRESSES  STATE  FLOWS  RECEIVED  SENT  RECEIVES  SENDS  HANDSHAKE  ENDPOINT
                        laptop  alice  10.66.0.2  open   1      2.00 KiB  3 B   512 B/s   0 B/s  never      198.51.100.7:5000
                        phone   bob    10.66.0.2  open   1      2.00 KiB  3 B   512 B/s   0 B/s  never      198.51.100.7:5000
                        """);
    }

    @Test
    void challengesAreATableAndDeniedById() {
        checkpoint.challenges.add(MemoryEnforcer.challenge(77, "laptop", "alice"));
        assertThat(run("challenges")).isZero();
        assertThat(out).hasToString("""
                        ID        USER   DEVICE  RESOURCE  DESTINATION       OPENS        UNTIL
                        0000002d  alice  laptop  db        10.0.1.5:443/tcp  the address  00:03:00
                        """);
        assertThat(run("deny", "0000002d")).isZero();
        assertThat(out.toString()).endsWith("denied: alice to db\n");
        assertThat(run("deny", "0000002d")).isEqualTo(1);
        assertThat(err).hasToString("sekisho: no challenge '0000002d' is open\n");
    }

    @Test
    void aWrongCodeOnStandardInputIsRefused() {
        checkpoint.challenges.add(MemoryEnforcer.challenge(77, "laptop", "alice"));
        var in = System.in;
        System.setIn(new ByteArrayInputStream("12345\n".getBytes(StandardCharsets.US_ASCII)));
        try {
            assertThat(run("approve", "0000002d")).isEqualTo(1);
        } finally {
            System.setIn(in);
        }
        assertThat(err).hasToString("sekisho: a code has six digits\n");
    }

    @Test
    void explainTakesAProtocolAndATime() {
        assertThat(run("explain", "laptop", "10.0.1.5:53/udp", "--at", "2026-01-01T00:00:00Z"))
                .isZero();
        assertThat(out).hasToString("alice /10.0.1.5:53 17 53 1767225600\n");
        assertThat(run("explain", "alice", "10.0.1.5:53/gre")).isEqualTo(1);
        assertThat(run("explain", "alice")).isEqualTo(2);
    }

    @Test
    void explainSaysThatTheDeviceIsLocked() {
        assertThat(run("lock", "phone")).isZero();
        assertThat(run("explain", "phone", "10.0.1.5:53")).isZero();
        assertThat(out.toString())
                .contains(
                        "locked: device phone passes nothing since ",
                        "until: sekisho unlock phone",
                        "bob /10.0.1.5:53");
        assertThat(run("explain", "laptop", "10.0.1.5:53")).isZero();
        assertThat(out.toString().lines().filter(line -> line.startsWith("locked:")))
                .hasSize(1);
    }

    /// A filter that comes after a limit would miss flows.
    @Test
    void flowsAreFilteredWhereTheyAre() {
        assertThat(run("flows")).isZero();
        assertThat(run("flows", "--user", "alice", "--device", "laptop")).isZero();
        assertThat(checkpoint.asked)
                .containsExactly(
                        FlowFilter.ALL,
                        new FlowFilter(Optional.of(new UserId("alice")), Optional.of(new DeviceId("laptop"))));
    }

    @Test
    void statusTellsWhatIsInForceAndWhyTheFileIsNot() throws IOException {
        Path file = directory.resolve("policy.yaml");
        assertThat(run("status")).isZero();
        assertThat(out.toString()).contains("interface  sk0\n", "policy     version 1 of " + file, "0 events lost");
        Files.writeString(file, Files.readString(file) + "colour: red\n");
        while (!out.toString().contains("not in force")) {
            assertThat(run("status")).isZero();
        }
        assertThat(out.toString()).contains("colour: is not known here");
        assertThat(run("status", "--json")).isZero();
        assertThat(out.toString()).contains("\"lastError\":");
    }

    /// A server without the thread that reads its policy looks well and isn't.
    @Test
    void aThreadThatDiesOfAnErrorEndsTheProcess() throws Exception {
        checkpoint.planted = new NoClassDefFoundError("planted");
        Path file = directory.resolve("policy.yaml");
        Files.writeString(file, Files.readString(file) + "roles: [{name: staff}]\n");
        if (up != null) {
            up.join();
        }
        assertThat(exitCode).isEqualTo(1);
    }

    @Test
    void theStateDirectoryMayBeInTheEnvironment() throws Exception {
        stop.request();
        if (up != null) {
            up.join();
        }
        stop = new Stop();
        start((_, _, _, _) -> new MemoryCheckpoint(), Map.of("SEKISHO_STATE", state()));
        assertThat(run("flows")).isZero();
    }

    /// Product line N13.
    @Test
    void aNetworkThatIsSwitchedOffIsNeverOpened() throws Exception {
        stop.request();
        if (up != null) {
            up.join();
        }
        stop = new Stop();
        Path file = directory.resolve("policy.yaml");
        Files.writeString(file, Files.readString(file).replace("interface: sk0", "enabled: false, interface: sk0"));
        start((_, _, _, _) -> {
            throw new AssertionError("opened");
        });
        assertThat(run("status")).isZero();
        assertThat(out.toString()).contains("interface  sk0 (switched off)");
        assertThat(run("flows")).isZero();
        assertThat(run("challenges")).isZero();
        assertThat(out.toString()).contains("no flows\n", "no open challenges\n");
        assertThat(run("devices")).isZero();
        assertThat(run("explain", "alice", "10.0.1.5:53")).isZero();
        assertThat(run("lock", "phone")).isZero();
        Files.writeString(file, Files.readString(file).replace("enabled: false", "enabled: true"));
        while (!out.toString().contains("version 2")) {
            assertThat(run("status")).isZero();
        }
        assertThat(out.toString()).endsWith("events lost\n").doesNotContain("not in force");
    }

    @Test
    void lockAndUnlock() {
        assertThat(run("lock", "phone", "--reason", "lost")).isZero();
        assertThat(run("devices", "--json")).isZero();
        assertThat(out.toString()).startsWith("phone is locked\n{\"devices\":[").contains("\"note\":\"lost\"");
        assertThat(run("unlock", "phone")).isZero();
        assertThat(out.toString()).endsWith("phone is unlocked\n");
        assertThat(run("unlock", "phone")).isZero();
        assertThat(out.toString()).endsWith("phone was not locked\n");
    }

    /// Product line I02: a scan's lock is still there after a restart.
    @Test
    void whatTheDetectorLocksStaysLockedOverARestart() throws Exception {
        checkpoint.listener.accept(new CheckpointEvent.DeviceLocked(
                1, new DeviceId("phone"), null, LockReason.SCAN, List.of(new ScanTarget(0, 0xffff_0a00_0001L, 22, 1))));
        stop.request();
        if (up != null) {
            up.join();
        }
        assertThat(Files.readString(directory.resolve("state/locks.json"))).contains("phone", "SCAN", "10.0.0.1:22");
        try (var logs = Files.list(directory.resolve("state/flows"))) {
            Path log = logs.filter(file -> file.toString().endsWith(".jsonl")) // beside its index
                    .findFirst()
                    .orElseThrow();
            assertThat(Files.readString(log)).contains("\"event\":\"device-locked\"");
        }
    }

    @Test
    void aChangeOfTheFileIsEnforced() throws IOException {
        Path file = directory.resolve("policy.yaml");
        Files.writeString(file, Files.readString(file) + "roles: [{name: staff}]\n");
        while (checkpoint.enforced.isEmpty()) {
            Thread.onSpinWait();
        }
        assertThat(checkpoint.enforced).containsExactly(2L);
    }

    @Test
    void noRunningCheckpointIsOneSentence() {
        assertThat(runIn(directory.resolve("other"), "flows")).isEqualTo(1);
        assertThat(err.toString()).startsWith("sekisho: no checkpoint is running here (looked in ");
    }

    private String state() {
        return directory.resolve("state").toString();
    }

    private int run(String... arguments) {
        return runIn(directory.resolve("state"), arguments);
    }

    private int runIn(Path state, String... arguments) {
        String[] all = new String[arguments.length + 2];
        System.arraycopy(arguments, 0, all, 0, arguments.length);
        all[arguments.length] = "--state";
        all[arguments.length + 1] = state.toString();
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(all);
    }
}
