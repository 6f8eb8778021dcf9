package dev.sekisho.policy.compile;

import dev.sekisho.policy.Validity;

/// A span of seconds in which a validity gives one answer. Immutable, so that it may be handed from
/// thread to thread without a barrier (JLS 17.5).
///
/// @param from its first second
/// @param until the first second behind it; `Long.MAX_VALUE` = it never ends
/// @param holds the answer
record Window(long from, long until, boolean holds) {
    static final Window ALWAYS = new Window(Long.MIN_VALUE, Long.MAX_VALUE, true);

    /// Contains no second: nothing was asked yet.
    static final Window UNKNOWN = new Window(0, 0, false);

    static Window at(Validity validity, long epochSecond) {
        return new Window(epochSecond, validity.nextChange(epochSecond), validity.holds(epochSecond));
    }

    boolean contains(long epochSecond) {
        return epochSecond >= from && epochSecond < until;
    }
}
