package dev.sekisho.it.lab;

/// The lab itself failed: a command could not run, a process did not come up. Not for what a test asserts.
public final class LabException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// @param message what was tried and what came back
    public LabException(String message) {
        super(message);
    }

    /// @param message what was tried
    /// @param cause what came back
    public LabException(String message, Throwable cause) {
        super(message, cause);
    }
}
