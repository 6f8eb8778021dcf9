package dev.sekisho.control.server;

import org.jspecify.annotations.Nullable;

/// The server can't start, or its configuration can't be used. The message says why and what to do.
public final class ServerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ServerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    ServerException(String message) {
        this(message, null);
    }
}
