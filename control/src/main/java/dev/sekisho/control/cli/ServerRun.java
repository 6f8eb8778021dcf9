package dev.sekisho.control.cli;

import dev.sekisho.control.server.Server;
import dev.sekisho.control.server.ServerOptions;
import dev.sekisho.control.tunnel.Stop;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// The server in the foreground, until a signal ends it.
///
/// @param out told what to open
/// @param stop ends it
/// @param signals is handed what SIGHUP should do, once the server is there
record ServerRun(PrintWriter out, Stop stop, Consumer<Runnable> signals) {
    /// Runs until asked to stop.
    void run(Supplier<ServerOptions> read) throws InterruptedException {
        try (Server server = Server.start(read, InstantSource.system())) {
            signals.accept(server::reload);
            out.println("sekisho is up. Open one of:");
            server.urls().forEach(url -> out.println("  " + url));
            out.println("Certificate (SHA-256): " + server.fingerprint());
            server.announcements().forEach(out::println);
            out.flush();
            SystemdNotice.ready();
            stop.await();
            SystemdNotice.stopping();
            System.getLogger(ServerRun.class.getName()).log(System.Logger.Level.INFO, "going down");
        }
    }
}
