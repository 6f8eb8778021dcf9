package dev.sekisho.control.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.control.policy.PolicyFile;
import dev.sekisho.control.traffic.TrafficMeter;
import dev.sekisho.control.tunnel.Undo;
import dev.sekisho.dataplane.flow.LockReason;
import dev.sekisho.dataplane.run.DataPlane;
import dev.sekisho.dataplane.run.DataPlaneOptions;
import dev.sekisho.dataplane.run.Guard;
import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.DeviceId;
import dev.sekisho.tun.memory.MemoryNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A checkpoint on a data plane in memory, commanded while a policy is put in force.
@Timeout(60)
class LiveCheckpointTest {
    private static final DeviceId LAPTOP = new DeviceId("alice-laptop");

    @TempDir
    Path directory = Path.of("");

    /// Somebody locks or unlocks the device when the policy's view of the locks has been read and is not yet in force.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsCommandedWhileAPolicyIsPutInForceHolds(boolean lock) throws Exception {
        AtomicReference<LiveCheckpoint> checkpoint = new AtomicReference<>();
        AtomicReference<Thread> commander = new AtomicReference<>();
        Map<DeviceId, LockReason> before = lock ? Map.of() : Map.of(LAPTOP, LockReason.ADMIN);
        Supplier<Map<DeviceId, LockReason>> locks = () -> {
            Thread thread = Thread.ofPlatform().daemon().start(() -> command(checkpoint.get(), lock));
            commander.set(thread);
            while (thread.getState() != Thread.State.BLOCKED && thread.isAlive()) {
                Thread.onSpinWait();
            }
            return before;
        };
        try (Undo undo = new Undo();
                PolicyFile.Content content = content()) {
            DataPlane plane = DataPlane.open(
                    DataPlaneOptions.of("sk0").withWorkers(1),
                    Optional.of(new Guard(Guard.MIN_FLOWS, Optional.empty(), _ -> {})),
                    new MemoryNetwork(1).node(Cidr.parseAddress("192.0.2.1")));
            undo.push("interfaces", plane::close);
            TrafficMeter meter = TrafficMeter.start(plane::traffic);
            undo.push("traffic meter", meter::close);
            LiveCheckpoint made = new LiveCheckpoint(plane, meter, locks, undo);
            checkpoint.set(made);
            made.enforce(content);
            commander.get().join();
            assertThat(made.devices())
                    .singleElement()
                    .satisfies(device -> assertThat(device.locked()).isEqualTo(lock));
        }
    }

    private static void command(LiveCheckpoint checkpoint, boolean lock) {
        if (lock) {
            checkpoint.lock(LAPTOP);
        } else {
            checkpoint.unlock(LAPTOP);
        }
    }

    private PolicyFile.Content content() throws IOException {
        Path file = directory.resolve("policy.yaml");
        Files.writeString(file, """
                network: {interface: sk0, addresses: [10.66.0.1/24], privateKeyFile: server.key}
                users: [{name: alice}]
                devices: [{name: alice-laptop, user: alice, publicKey: hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=, addresses: [10.66.0.2]}]
                """);
        return new PolicyFile(file).read(1);
    }
}
