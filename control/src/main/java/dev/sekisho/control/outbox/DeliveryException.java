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

    /// Judges the status of an HTTP answer: what the other side calls wrong stays wrong, time-outs and overload pass.
    ///
    /// @throws DeliveryException when it is none of success
    public static void requireTaken(int status) {
        if (status >= 200 && status < 300) {
            return;
        }
        String sentence = "the other side answered with status " + status;
        boolean permanent = status >= 300 && status < 500 && status != 408 && status != 425 && status != 429;
        throw permanent ? never(sentence, null) : later(sentence, null);
    }

    /// Whether trying again is vain.
    public boolean permanent() {
        return permanent;
    }
}
