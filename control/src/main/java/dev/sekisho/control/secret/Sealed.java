package dev.sekisho.control.secret;

/// Bytes that nobody can read without a key. Immutable.
final class Sealed {
    private final byte[] bytes;

    Sealed(byte[] bytes) {
        this.bytes = bytes.clone();
    }

    byte[] bytes() {
        return bytes.clone();
    }
}
