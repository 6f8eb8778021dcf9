package dev.sekisho.policy.compile;

import dev.sekisho.policy.Validity;

/// A validity that remembers its answer for the time around the last question; rules with equal ones share it.
/// Thread-safe: the answer is written without order by any thread, and every one is right for the span that it names.
final class Timing {
    /// For what holds for ever.
    static final Timing ALWAYS = new Timing(Validity.ALWAYS, Window.ALWAYS);

    private final Validity validity;
    private Window window;

    private Timing(Validity validity, Window window) {
        this.validity = validity;
        this.window = window;
    }

    static Timing of(Validity validity) {
        return validity.equals(Validity.ALWAYS) ? ALWAYS : new Timing(validity, Window.UNKNOWN);
    }

    Window window(long epochSecond) {
        Window last = window;
        if (last.contains(epochSecond)) {
            return last;
        }
        Window next = Window.at(validity, epochSecond);
        window = next;
        return next;
    }
}
