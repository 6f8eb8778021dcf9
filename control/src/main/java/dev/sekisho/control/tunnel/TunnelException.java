package dev.sekisho.control.tunnel;

/// A tunnel that can't be brought up. The message is a sentence for the operator: what failed and what to do.
public final class TunnelException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public TunnelException(String message) {
        super(message);
    }

    public TunnelException(String message, Throwable cause) {
        super(message, cause);
    }
}
