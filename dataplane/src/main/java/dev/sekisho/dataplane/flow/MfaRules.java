package dev.sekisho.dataplane.flow;

/// How long an approval counts and how long a question waits. Immutable. Times are nanoseconds.
///
/// @param inactivityNanos an approval ends when the device sent nothing under it for so long
/// @param maximumAgeNanos an approval ends at this age whatever happens; 0 = never
/// @param timeoutNanos a challenge expires when it is not answered for so long
public record MfaRules(long inactivityNanos, long maximumAgeNanos, long timeoutNanos) {
    private static final long SECOND = 1_000_000_000L;

    /// 15 minutes of inactivity, no maximum age, three minutes to answer (product lines A02, A08).
    public static final MfaRules DEFAULT = new MfaRules(900 * SECOND, 0, 180 * SECOND);

    /// @throws IllegalArgumentException with a sentence when a time is not positive (the maximum age may be
    /// 0)
    public MfaRules {
        if (inactivityNanos <= 0) {
            throw new IllegalArgumentException("the inactivity of a second factor must be longer than 0");
        }
        if (maximumAgeNanos < 0) {
            throw new IllegalArgumentException("the maximum age of a second factor cannot be negative");
        }
        if (timeoutNanos <= 0) {
            throw new IllegalArgumentException("the timeout of a challenge must be longer than 0");
        }
    }
}
