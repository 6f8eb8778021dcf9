package dev.sekisho.crypto;

import java.util.stream.Stream;

/// Chooses the width of the inner loops. Touches no class of the vector module unless that module is there.
final class Kernels {
    private Kernels() {}

    /// The widest kernel of this JVM and processor.
    static Kernel best() {
        return new ScalarKernel();
    }

    /// Every kernel that can run in this JVM, fast or not: for tests.
    static Stream<Kernel> all() {
        return Stream.of(new ScalarKernel());
    }
}
