package dev.sekisho.control.cli;

import dev.sekisho.control.tunnel.OpenDevice;
import dev.sekisho.control.tunnel.Stop;
import dev.sekisho.control.uapi.UapiServer;
import dev.sekisho.dataplane.run.DataPlane.StopReason;
import java.util.concurrent.atomic.AtomicReference;

/// Waits until a running device has a reason to end: a signal, its interface taken away, its socket removed,
/// a failure.
final class Foreground {
    private Foreground() {}

    /// Waits and says why the device ended; [StopReason#CLOSED] when somebody asked it to.
    static StopReason await(OpenDevice device, UapiServer uapi, Stop stop) throws InterruptedException {
        AtomicReference<StopReason> reason = new AtomicReference<>(StopReason.CLOSED);
        Thread deviceWatch = watch("watch-device", () -> reason.set(device.awaitStop()), stop);
        Thread socketWatch = watch("watch-socket", uapi::awaitRemoval, stop);
        try {
            stop.await();
            return reason.get();
        } finally {
            deviceWatch.interrupt();
            socketWatch.interrupt();
        }
    }

    /// To be called once everything is taken down.
    ///
    /// @throws CommandFailure when the device ended by a failure of its own
    static void requireHealthy(String name, StopReason reason) {
        if (reason == StopReason.FAILED) {
            throw new CommandFailure(
                    name + ": a packet thread failed and the interface was taken down; the log above says how");
        }
    }

    /// Something that may take long.
    private interface Wait {
        void await() throws InterruptedException;
    }

    private static Thread watch(String name, Wait wait, Stop stop) {
        return Thread.ofPlatform().name(name).daemon().start(() -> {
            try {
                wait.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            stop.request();
        });
    }
}
