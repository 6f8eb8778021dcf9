package dev.sekisho.crypto;

import java.security.SecureRandom;
import java.util.Objects;

/// [SecureRandom] as [Entropy]. Thread-safe.
final class SystemEntropy implements Entropy {
    static final SystemEntropy INSTANCE = new SystemEntropy();

    private final SecureRandom random = new SecureRandom();

    private SystemEntropy() {}

    @Override
    public void fill(byte[] target, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, target.length);
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        System.arraycopy(bytes, 0, target, offset, length);
        Wipe.bytes(bytes);
    }
}
