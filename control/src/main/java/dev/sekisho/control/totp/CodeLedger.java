package dev.sekisho.control.totp;

import dev.sekisho.policy.UserId;
import java.util.Map;

/// Where [TotpVerifier] keeps what must outlive the process: which codes are used up, and who is locked out.
public interface CodeLedger {
    /// What is known of a user. Immutable.
    ///
    /// @param lastStep the step of the last accepted code, [Long#MIN_VALUE] for none
    /// @param failures wrong codes in a row
    /// @param lockedUntilEpochSecond when a lock-out ends, 0 for none
    record Entry(long lastStep, int failures, long lockedUntilEpochSecond) {}

    /// Keeps nothing, for tests and for processes that check no codes.
    CodeLedger NONE = new CodeLedger() {
        @Override
        public Map<UserId, Entry> read() {
            return Map.of();
        }

        @Override
        public void write(Map<UserId, Entry> entries) {}
    };

    /// What was written last.
    ///
    /// @throws RuntimeException with a sentence when it can't be read
    Map<UserId, Entry> read();

    /// Replaces everything; on disk when this returns.
    ///
    /// @throws RuntimeException with a sentence when it can't be written
    void write(Map<UserId, Entry> entries);
}
