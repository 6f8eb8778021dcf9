package dev.sekisho.tun;

import org.jspecify.annotations.Nullable;

/// The operating system refused something outside the packet path. The message is a sentence for the operator:
/// what was wrong and what to do.
public class TunException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public TunException(String message) {
        super(message);
    }

    public TunException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
