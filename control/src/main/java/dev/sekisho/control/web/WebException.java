package dev.sekisho.control.web;

import org.jspecify.annotations.Nullable;

/// The web server can't start. The message says why and what to do.
public final class WebException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public WebException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
