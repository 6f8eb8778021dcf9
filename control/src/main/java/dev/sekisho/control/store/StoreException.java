package dev.sekisho.control.store;

import org.jspecify.annotations.Nullable;

/// The database can't do what was asked: it is gone, full, busy, or refuses. Nothing of the transaction holds.
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// Why.
    public enum Kind {
        /// It does not answer or has no connection left: try again later.
        UNAVAILABLE,
        /// The disk is full or read-only: make room.
        NO_SPACE,
        /// A rule of the schema refuses the row, such as a name that exists already.
        CONFLICT,
        /// Anything else: a bug of ours or a damaged database.
        FAILED
    }

    private final Kind kind;

    /// A failure.
    ///
    /// @param message a sentence for an operator, without values of rows
    public StoreException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /// Why.
    public Kind kind() {
        return kind;
    }
}
