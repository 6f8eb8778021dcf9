package dev.sekisho.control.tls;

import org.jspecify.annotations.Nullable;

/// A certificate or its key can't be used. The message says which file, why and what to do.
public final class CertificateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CertificateException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
