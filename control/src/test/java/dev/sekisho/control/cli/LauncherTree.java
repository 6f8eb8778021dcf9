package dev.sekisho.control.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;

/// The launcher scripts in a tree of their own around the jars of this build, so that no test starts a real build.
final class LauncherTree {
    private static final Path TOP = Path.of("..").toAbsolutePath().normalize();
    private static final List<String> MODULES = List.of("crypto", "tun", "policy", "dataplane", "control");
    private static final List<String> BUILT = List.of("lib", "modules", "native");

    private LauncherTree() {}

    /// The top of the sources.
    static Path top() {
        return TOP;
    }

    /// Makes one in an empty directory.
    static void grow(Path tree) throws IOException {
        for (String script : new String[] {"sekisho", "sekisho-wg"}) {
            executable(Files.copy(TOP.resolve(script), tree.resolve(script)));
        }
        Files.createFile(tree.resolve("pom.xml"));
        for (String module : MODULES) {
            Files.createDirectories(tree.resolve(module).resolve("src/main"));
            Files.createFile(tree.resolve(module).resolve("pom.xml"));
        }
        Path run = Files.createDirectories(tree.resolve("control/target/sekisho"));
        for (String part : BUILT) {
            Files.createSymbolicLink(
                    run.resolve(part), TOP.resolve("control/target/sekisho").resolve(part));
        }
        Files.createFile(stamp(tree));
        Files.setLastModifiedTime(stamp(tree), FileTime.from(Instant.parse("2040-01-01T00:00:00Z")));
    }

    /// Cuts the links, so that whoever removes the tree leaves the jars alone.
    static void cut(Path tree) throws IOException {
        for (String part : BUILT) {
            Files.delete(tree.resolve("control/target/sekisho").resolve(part));
        }
    }

    /// What says when it was built.
    static Path stamp(Path tree) {
        return tree.resolve("control/target/sekisho/.built");
    }

    static void executable(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
