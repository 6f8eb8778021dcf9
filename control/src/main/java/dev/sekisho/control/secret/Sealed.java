package dev.sekisho.control.secret;

/// Bytes that nobody can read without a key; none when the value was lost with its key. Immutable.
final class Sealed {
    private final byte[] bytes;

    Sealed(byte[] bytes) {
        this.bytes = bytes.clone();
    }

    byte[] bytes() {
        return bytes.clone();
    }

    /// Whether nobody can read them any more.
    boolean isLost() {
        return bytes.length == 0;
    }
}
