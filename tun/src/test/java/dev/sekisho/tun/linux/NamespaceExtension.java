package dev.sekisho.tun.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.opentest4j.AssertionFailedError;

/// Source: unshare(2) with CLONE_NEWNET moves only the calling thread.
final class NamespaceExtension implements InvocationInterceptor {
    private static final int CLONE_NEWNET = 0x40000000;
    private static final MethodHandle UNSHARE = unshareHandle();

    @Override
    public void interceptTestMethod(
            Invocation<@Nullable Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        run(invocation::proceed);
    }

    @Override
    public void interceptTestTemplateMethod(
            Invocation<@Nullable Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        run(invocation::proceed);
    }

    /// Something a test does.
    interface Body {
        void run() throws Throwable;
    }

    /// Runs `body` in a new namespace and waits for it.
    static void run(Body body) throws Throwable {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread thread = Thread.ofPlatform().name("in-namespace").start(() -> {
            try {
                enter();
                body.run();
            } catch (Throwable t) {
                failure.set(t);
            }
        });
        thread.join();
        if (failure.get() != null) {
            throw failure.get();
        }
    }

    /// Moves the calling thread into a new namespace whose loopback is up.
    static void enter() throws Throwable {
        if (!Files.exists(Path.of("/dev/net/tun"))) {
            unprivileged("there is no /dev/net/tun");
        }
        int moved = (int) UNSHARE.invokeExact(CLONE_NEWNET);
        if (moved != 0) {
            unprivileged("no permission to make a network namespace");
        }
        LinuxLinks links = new LinuxLinks();
        links.up(links.index("lo"));
    }

    private static void unprivileged(String why) {
        if (System.getenv("CI") != null) {
            throw new AssertionFailedError(
                    why + ": run these tests as root with /dev/net/tun, or unset CI to skip them");
        }
        Assumptions.abort(why);
    }

    /// Waits until the kernel takes packets to `address`: it puts the local route of an IPv6 address in place
    /// a moment after it took the address.
    static void awaitLocal(String address) throws Exception {
        String family = address.contains(":") ? "-6" : "-4";
        for (int tries = 0; tries < 1000; tries++) {
            if (output("ip", family, "route", "show", "table", "local").contains("local " + address)) {
                return;
            }
        }
        throw new AssertionFailedError("no local route to " + address);
    }

    /// What a command prints; it runs in the namespace of the calling thread.
    static String output(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor())
                .as(String.join(" ", command) + ": " + printed)
                .isZero();
        return printed;
    }

    @SuppressWarnings("restricted")
    private static MethodHandle unshareHandle() {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().find("unshare").orElseThrow(), FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    }
}
