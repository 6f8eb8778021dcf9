package dev.sekisho.control.socket;

/// A request that can't be answered. The message is the sentence that the one who asked sees.
public final class ControlException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ControlException(String message) {
        super(message);
    }
}
