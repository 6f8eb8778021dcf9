package dev.sekisho.control.backup;

import org.jspecify.annotations.Nullable;

/// A backup can't be used or put back. The message is a sentence for the operator.
public final class BackupException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BackupException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
