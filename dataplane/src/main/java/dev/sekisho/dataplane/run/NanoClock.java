package dev.sekisho.dataplane.run;

import java.time.Instant;

/// The two clocks of the data plane: a monotonic one for timers, the wall clock for handshake time stamps.
interface NanoClock {
    /// Monotonic nanoseconds; only differences mean something.
    long nanoTime();

    /// Nanoseconds since 1970 in UTC.
    long wallNanos();

    /// The clocks of this machine.
    static NanoClock system() {
        return new NanoClock() {
            @Override
            public long nanoTime() {
                return System.nanoTime();
            }

            @Override
            public long wallNanos() {
                Instant now = Instant.now();
                return now.getEpochSecond() * 1_000_000_000L + now.getNano();
            }
        };
    }
}
