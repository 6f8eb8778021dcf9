package dev.sekisho.control.uapi;

/// An operation that can't be carried out. The message is for the log and repeats no value, since any value may be a
/// key; the client sees the number.
public final class UapiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Errno errno;

    public UapiException(Errno errno, String message) {
        super(message);
        this.errno = errno;
    }

    /// What the client is told.
    public Errno errno() {
        return errno;
    }
}
