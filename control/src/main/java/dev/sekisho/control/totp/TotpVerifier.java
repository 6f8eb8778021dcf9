package dev.sekisho.control.totp;

import dev.sekisho.policy.UserId;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/// Decides whether a code is right, once: a step that was accepted for a user is refused from then on.
/// Thread-safe.
///
/// A code of the step before or after the current one also counts, since clocks differ. After
/// [#MAX_FAILURES] wrong codes in a row the user is locked out for [#LOCK_OUT] (product line A12),
/// whatever code comes. What it knows is one small entry per user who ever sent a code, and is in the
/// [CodeLedger] before anybody is told the verdict: a restart makes no code good again and ends no lock-out.
/// Source:
/// RFC 6238 section 5.2 and 6.
public final class TotpVerifier {
    /// Wrong codes in a row that lock a user out.
    public static final int MAX_FAILURES = 10;

    /// For how long.
    public static final Duration LOCK_OUT = Duration.ofMinutes(15);

    /// What came of a code.
    public enum Verdict {
        /// Right, and used up now.
        ACCEPTED,
        /// Wrong, or used before.
        WRONG,
        /// Not six digits; doesn't count as a try.
        MALFORMED,
        /// Too many wrong ones; the code wasn't looked at.
        LOCKED_OUT
    }

    private static final class Tries {
        private long lastStep = Long.MIN_VALUE;
        private int failures;
        private long lockedUntilNanos;
        private long lockedUntilEpochSecond;
        private boolean locked;
    }

    private final CodeLedger ledger;
    private final Map<UserId, Tries> records = new HashMap<>();

    /// Goes on where the last process ended.
    ///
    /// @param ledger where what is known is kept
    /// @param epochSecond the wall clock
    /// @param nowNanos the clock that never jumps
    public TotpVerifier(CodeLedger ledger, long epochSecond, long nowNanos) {
        this.ledger = ledger;
        ledger.read().forEach((user, entry) -> records.put(user, tries(entry, epochSecond, nowNanos)));
    }

    /// A lock-out of before lasts as long as it would have, but never longer than a new one: the wall clock
    /// may have been set back.
    private static Tries tries(CodeLedger.Entry entry, long epochSecond, long nowNanos) {
        Tries tries = new Tries();
        tries.lastStep = entry.lastStep();
        tries.failures = entry.failures();
        long leftSeconds = Math.min(entry.lockedUntilEpochSecond() - epochSecond, LOCK_OUT.toSeconds());
        if (entry.lockedUntilEpochSecond() != 0) {
            tries.locked = true;
            tries.lockedUntilEpochSecond = entry.lockedUntilEpochSecond();
            tries.lockedUntilNanos = nowNanos + Duration.ofSeconds(leftSeconds).toNanos();
        }
        return tries;
    }

    /// Checks a code and remembers the outcome.
    ///
    /// @param code what the user typed
    /// @param epochSecond the wall clock, which says what codes are right
    /// @param nowNanos a clock that never jumps, which says how long a lock-out lasts
    /// @throws RuntimeException when the outcome can't be kept; a right code is used up all the same
    public synchronized Verdict verify(
            UserId user, TotpSecret secret, CharSequence code, long epochSecond, long nowNanos) {
        if (!TotpCodes.isCode(code)) {
            return Verdict.MALFORMED;
        }
        Tries tries = records.computeIfAbsent(user, _ -> new Tries());
        if (isLockedOut(tries, nowNanos)) {
            return Verdict.LOCKED_OUT;
        }
        OptionalLong step = TotpCodes.matchingStep(secret, code, epochSecond, tries.lastStep);
        if (step.isPresent()) {
            tries.lastStep = step.getAsLong();
            tries.failures = 0;
            keep();
            return Verdict.ACCEPTED;
        }
        tries.failures++;
        if (tries.failures >= MAX_FAILURES) {
            tries.locked = true;
            tries.lockedUntilNanos = nowNanos + LOCK_OUT.toNanos();
            tries.lockedUntilEpochSecond = epochSecond + LOCK_OUT.toSeconds();
        }
        keep();
        return Verdict.WRONG;
    }

    private void keep() {
        Map<UserId, CodeLedger.Entry> entries = new LinkedHashMap<>();
        records.forEach((user, tries) -> entries.put(
                user,
                new CodeLedger.Entry(tries.lastStep, tries.failures, tries.locked ? tries.lockedUntilEpochSecond : 0)));
        ledger.write(entries);
    }

    /// Whether the user is locked out.
    public synchronized boolean isLockedOut(UserId user, long nowNanos) {
        Tries tries = records.get(user);
        return tries != null && isLockedOut(tries, nowNanos);
    }

    /// Lets a user try again at once (product line A12, an admin's unlock).
    public synchronized void unlock(UserId user) {
        Tries tries = records.get(user);
        if (tries != null) {
            tries.locked = false;
            tries.failures = 0;
            keep();
        }
    }

    /// Forgets all users but these.
    public synchronized void retain(Set<UserId> users) {
        records.keySet().retainAll(users);
    }

    private static boolean isLockedOut(Tries tries, long nowNanos) {
        if (tries.locked && nowNanos - tries.lockedUntilNanos >= 0) {
            tries.locked = false;
            tries.failures = 0;
        }
        return tries.locked;
    }
}
