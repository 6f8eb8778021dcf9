package dev.sekisho.control.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Who runs this process.
final class ProcessOwner {
    private ProcessOwner() {}

    /// Whether it is root.
    static boolean isRoot() {
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        } catch (IOException e) {
            throw new ServerException("who runs this process can't be told", e);
        }
    }
}
