package dev.sekisho.crypto;

/// Where random bytes come from. The protocol core takes it as an argument, so that tests can be deterministic.
@FunctionalInterface
public interface Entropy {
    /// Fills `length` bytes of `target` from `offset` on.
    void fill(byte[] target, int offset, int length);

    /// The operating system's generator. Safe to share between threads.
    static Entropy system() {
        return SystemEntropy.INSTANCE;
    }
}
