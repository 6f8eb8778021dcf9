package dev.sekisho.control.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sekisho.control.flows.FlowLog;
import dev.sekisho.control.flows.FlowLogWriter;
import dev.sekisho.control.socket.EventHub;
import dev.sekisho.control.state.LockStore;
import dev.sekisho.dataplane.flow.CheckpointEvent;
import dev.sekisho.dataplane.flow.LockReason;
import dev.sekisho.policy.DeviceId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Locks reach the disk, whatever state it is in and however events and people cross.
@Tag("I02")
class EventRecorderTest {
    private static final DeviceId PHONE = new DeviceId("phone");
    private static final DeviceId LAPTOP = new DeviceId("laptop");

    @TempDir
    Path directory = Path.of("");

    private FlowLogWriter log = open();
    private LockStore locks = LockStore.open(directory);
    private EventRecorder recorder = new EventRecorder(log, new EventHub(), locks);

    @BeforeEach
    void start() {
        log.close();
        log = open();
        locks = LockStore.open(directory);
        recorder = new EventRecorder(log, new EventHub(), locks);
    }

    private FlowLogWriter open() {
        try {
            return FlowLogWriter.start(
                    FlowLog.open(directory.resolve("flows"), FlowLog.Retention.DEFAULT), InstantSource.system());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @AfterEach
    void end() {
        log.close();
    }

    @Test
    void aLockThatTheDiskRefusedIsWrittenLater() throws IOException {
        Path obstacle = Files.createDirectories(directory.resolve(".locks.json.new/in the way"));
        recorder.accept(locked(PHONE));
        assertThat(locks.devices()).isEmpty();
        Files.delete(obstacle);
        Files.delete(directory.resolve(".locks.json.new"));
        recorder.accept(new CheckpointEvent.DeviceUnlocked(2, LAPTOP, null)); // whatever comes next
        assertThat(LockStore.open(directory).devices()).containsExactly(PHONE);
    }

    @Test
    void anUnlockMeanwhileHolds() throws IOException {
        Path obstacle = Files.createDirectories(directory.resolve(".locks.json.new/in the way"));
        recorder.accept(locked(PHONE));
        recorder.accept(new CheckpointEvent.DeviceUnlocked(2, PHONE, null));
        Files.delete(obstacle);
        Files.delete(directory.resolve(".locks.json.new"));
        recorder.accept(new CheckpointEvent.DeviceUnlocked(3, LAPTOP, null));
        assertThat(LockStore.open(directory).devices()).isEmpty();
    }

    @Test
    void aLockThatCameLateDoesNotOutliveItsUnlock() {
        recorder.accept(locked(PHONE));
        recorder.accept(new CheckpointEvent.DeviceUnlocked(2, PHONE, null));
        assertThat(LockStore.open(directory).devices()).isEmpty();
    }

    private static CheckpointEvent locked(DeviceId device) {
        return new CheckpointEvent.DeviceLocked(1, device, null, LockReason.SCAN, List.of());
    }
}
