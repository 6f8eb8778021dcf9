package dev.sekisho.control.outbox;

import org.jspecify.annotations.Nullable;

/// A message that was not taken. Its message is a sentence for administrators, without secrets.
public final class DeliveryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean permanent;

    private DeliveryException(boolean permanent, String sentence, @Nullable Throwable cause) {
        super(sentence, cause);
        this.permanent = permanent;
    }

    /// It may go later.
    public static DeliveryException later(String sentence, @Nullable Throwable cause) {
        return new DeliveryException(false, sentence, cause);
    }

    /// It will never go like this: no such address, refused for good.
    public static DeliveryException never(String sentence, @Nullable Throwable cause) {
        return new DeliveryException(true, sentence, cause);
    }

    /// Whether trying again is vain.
    public boolean permanent() {
        return permanent;
    }
}
