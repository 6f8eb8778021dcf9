package dev.sekisho.control.enforce;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.device.Device;
import dev.sekisho.control.device.DeviceStates;
import dev.sekisho.control.state.Attempt;
import dev.sekisho.dataplane.flow.CheckpointEvent;
import dev.sekisho.policy.DeviceId;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;

/// Keeps what the data plane has locked (product line I02), on a thread of its own: a database that does not answer
/// holds up no event. The device passes nothing meanwhile, and it is tried until it is kept.
final class DetectedLocks implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(DetectedLocks.class.getName());
    private static final long RETRY_MILLIS = 1_000;
    private static final long JOIN_MILLIS = 5_000;

    private final DeviceStates states;
    private final Function<DeviceId, Optional<String>> endpoint;
    private final BlockingQueue<CheckpointEvent.DeviceLocked> queue = new LinkedBlockingQueue<>();
    private final Thread thread;

    private DetectedLocks(DeviceStates states, Function<DeviceId, Optional<String>> endpoint) {
        this.states = states;
        this.endpoint = endpoint;
        this.thread = Thread.ofPlatform().name("device-locks").daemon().unstarted(this::run);
    }

    /// @param endpoint where the datagrams of a device come from now
    static DetectedLocks start(DeviceStates states, Function<DeviceId, Optional<String>> endpoint) {
        DetectedLocks locks = new DetectedLocks(states, endpoint);
        locks.thread.start();
        return locks;
    }

    /// Takes a lock. Never waits; there are at most as many as devices.
    void keep(CheckpointEvent.DeviceLocked locked) {
        queue.add(locked);
    }

    private void run() {
        try {
            while (true) {
                CheckpointEvent.DeviceLocked locked = queue.take();
                boolean complained = false;
                while (!keepNow(locked, complained)) {
                    complained = true;
                    Thread.sleep(RETRY_MILLIS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the end
        }
    }

    private boolean keepNow(CheckpointEvent.DeviceLocked locked, boolean complained) {
        try {
            states.lock(
                    Actor.SYSTEM,
                    locked.device(),
                    new Device.Grounds(
                            locked.reason(),
                            "",
                            endpoint.apply(locked.device()).orElse(""),
                            locked.targets().stream()
                                    .map(target -> Attempt.of(target.toString(), target.epochMillis()))
                                    .toList()));
            return true;
        } catch (RuntimeException e) {
            if (!complained) {
                LOG.log(
                        Level.ERROR,
                        "device {0} is locked now, but a restart would unlock it; trying again: {1}",
                        locked.device(),
                        e.getMessage());
            }
            return false;
        }
    }

    /// Keeps what it can without waiting, then ends.
    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(JOIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (CheckpointEvent.DeviceLocked left = queue.poll(); left != null; left = queue.poll()) {
            keepNow(left, false);
        }
    }
}
