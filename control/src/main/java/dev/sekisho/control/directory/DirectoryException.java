package dev.sekisho.control.directory;

import org.jspecify.annotations.Nullable;

/// A directory can't be asked, or its answer can't be used. The message is for administrators and holds no secret.
public final class DirectoryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String step;

    /// A failure.
    ///
    /// @param step of [Step] at which it failed
    /// @param message what is wrong and what to do
    public DirectoryException(String step, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.step = step;
    }

    /// At which step it failed.
    public String step() {
        return step;
    }

    /// What is wrong and what to do.
    public String detail() {
        return String.valueOf(getMessage());
    }
}
