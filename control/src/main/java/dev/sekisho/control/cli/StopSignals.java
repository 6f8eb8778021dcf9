package dev.sekisho.control.cli;

import dev.sekisho.control.tunnel.Stop;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/// Turns SIGTERM, SIGINT and SIGHUP into a [Stop], so that the command itself cleans up and ends with its own exit
/// code.
///
/// The JDK offers signals in module `jdk.unsupported` only; javac warns at its name, so it is looked up by reflection.
final class StopSignals {
    private StopSignals() {}

    /// From now on the signals request `stop` instead of ending the JVM.
    static void install(Stop stop) {
        handle(stop::request, "TERM", "INT", "HUP");
    }

    /// The same for a process that has something to read anew on SIGHUP.
    static void install(Stop stop, Runnable reload) {
        handle(stop::request, "TERM", "INT");
        handle(reload, "HUP");
    }

    private static void handle(Runnable action, String... names) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            MethodHandle run = lookup.bind(action, "run", MethodType.methodType(void.class));
            Object handling =
                    MethodHandleProxies.asInterfaceInstance(handler, MethodHandles.dropArguments(run, 0, signal));
            for (String name : names) {
                Object one = signal.getConstructor(String.class).newInstance(name);
                signal.getMethod("handle", signal, handler).invoke(null, one, handling);
            }
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("this JVM has no signal handling", e);
        }
    }
}
