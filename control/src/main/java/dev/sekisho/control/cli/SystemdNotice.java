package dev.sekisho.control.cli;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.List;

/// Tells systemd how far a service of `Type=notify` is.
///
/// The JDK has no datagrams on local sockets, so the tool of systemd does it; outside of systemd nothing is done.
final class SystemdNotice {
    private static final System.Logger LOG = System.getLogger(SystemdNotice.class.getName());

    private SystemdNotice() {}

    static void ready() {
        send("--ready");
    }

    static void stopping() {
        send("--stopping");
    }

    private static void send(String notice) {
        if (System.getenv("NOTIFY_SOCKET") == null) {
            return;
        }
        try {
            Process process = new ProcessBuilder(List.of(
                            "systemd-notify", "--pid=" + ProcessHandle.current().pid(), notice))
                    .inheritIO()
                    .start();
            if (process.waitFor() != 0) {
                LOG.log(Level.WARNING, "systemd-notify {0} failed: give the unit NotifyAccess=all", notice);
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "systemd was not told {0}: {1}", notice, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
