package dev.sekisho.control.login;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// A clock that a test moves.
public final class TestClock implements InstantSource {
    private volatile Instant now = Instant.parse("2026-11-30T12:00:00Z");

    @Override
    public Instant instant() {
        return now;
    }

    /// Moves it.
    public void pass(Duration time) {
        now = now.plus(time);
    }
}
