package dev.sekisho.control.secret;

import org.jspecify.annotations.Nullable;

/// A key or a sealed value can't be used. The message is a sentence without anything secret.
public final class VaultException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    VaultException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
