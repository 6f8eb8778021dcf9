/// Primitives of the WireGuard protocol over off-heap memory. Imports `java.base` only; the vector module is
/// optional.
module dev.sekisho.crypto {
    requires static jdk.incubator.vector;
    requires static transitive org.jspecify;

    exports dev.sekisho.crypto;
}
