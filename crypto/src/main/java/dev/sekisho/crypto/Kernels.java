package dev.sekisho.crypto;

import java.util.stream.Stream;

/// Chooses the width of the inner loops. Touches no class of the vector module unless that module is there.
final class Kernels {
    private static final String VECTOR_MODULE = "jdk.incubator.vector";

    private Kernels() {}

    /// The widest kernel of this JVM and processor.
    static Kernel best() {
        return hasVectors() ? VectorKernels.best() : new ScalarKernel();
    }

    /// Every kernel that can run in this JVM, fast or not: for tests.
    static Stream<Kernel> all() {
        Stream<Kernel> scalar = Stream.of(new ScalarKernel());
        return hasVectors() ? Stream.concat(VectorKernels.all(), scalar) : scalar;
    }

    private static boolean hasVectors() {
        return ModuleLayer.boot().findModule(VECTOR_MODULE).isPresent();
    }
}
