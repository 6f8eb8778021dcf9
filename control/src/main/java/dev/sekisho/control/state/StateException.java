package dev.sekisho.control.state;

/// What was kept can't be used or changed. The message is a sentence for the operator: what is wrong and
/// what to do.
public final class StateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StateException(String message) {
        super(message);
    }

    public StateException(String message, Throwable cause) {
        super(message, cause);
    }
}
