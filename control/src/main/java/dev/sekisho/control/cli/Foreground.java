package dev.sekisho.control.cli;

import dev.sekisho.control.tunnel.OpenDevice;
import dev.sekisho.control.tunnel.Stop;
import dev.sekisho.control.uapi.UapiServer;

/// Waits until a running device has a reason to end: a signal, its interface taken away, its socket removed.
final class Foreground {
    private Foreground() {}

    static void await(OpenDevice device, UapiServer uapi, Stop stop) throws InterruptedException {
        Thread deviceWatch = watch("watch-device", device::awaitStop, stop);
        Thread socketWatch = watch("watch-socket", uapi::awaitRemoval, stop);
        try {
            stop.await();
        } finally {
            deviceWatch.interrupt();
            socketWatch.interrupt();
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
