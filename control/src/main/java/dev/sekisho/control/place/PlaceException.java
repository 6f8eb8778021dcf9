package dev.sekisho.control.place;

import org.jspecify.annotations.Nullable;

/// A database of places can't be used. The message says which file, why and what to do.
public final class PlaceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PlaceException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
