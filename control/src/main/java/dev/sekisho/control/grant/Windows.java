package dev.sekisho.control.grant;

import dev.sekisho.policy.Validity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// When a grant holds within some days: what a timeline draws. Stateless.
final class Windows {
    /// More than this nobody looks at.
    static final int MOST = 500;

    private Windows() {}

    /// A time in which it holds without a break.
    ///
    /// @param from the first moment, or when the days begin
    /// @param until the first moment in which it no longer holds, or when the days end
    record Window(Instant from, Instant until) {}

    /// All of them, in order.
    ///
    /// @param from a whole second
    static List<Window> of(Validity validity, Instant from, Instant until) {
        List<Window> windows = new ArrayList<>();
        long end = until.getEpochSecond();
        long at = from.getEpochSecond();
        long begun = -1;
        while (at < end && windows.size() < MOST) {
            boolean holds = validity.holds(at);
            if (holds && begun < 0) {
                begun = at;
            } else if (!holds && begun >= 0) {
                windows.add(window(begun, at));
                begun = -1;
            }
            at = validity.nextChange(at);
        }
        if (begun >= 0) {
            windows.add(window(begun, Math.min(at, end)));
        }
        return windows;
    }

    private static Window window(long from, long until) {
        return new Window(Instant.ofEpochSecond(from), Instant.ofEpochSecond(until));
    }
}
