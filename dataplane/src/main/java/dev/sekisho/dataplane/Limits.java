package dev.sekisho.dataplane;

/// Every bound and time constant of the data plane. Times are nanoseconds.
///
/// Source: WireGuard paper section 6 for what the protocol fixes; the others say why.
public final class Limits {
    private static final long SECOND = 1_000_000_000L;

    /// Messages under one key after which the initiator starts a new handshake.
    public static final long REKEY_AFTER_MESSAGES = 1L << 60;

    /// Messages under one key after which it must not be used: `2^64 - 2^13 - 1`, as an unsigned long.
    public static final long REJECT_AFTER_MESSAGES = -(1L << 13) - 1;

    /// Age of a key at which the initiator starts a new handshake when it sends.
    public static final long REKEY_AFTER_TIME_NANOS = 120 * SECOND;

    /// Age of a key at which it must not be used.
    public static final long REJECT_AFTER_TIME_NANOS = 180 * SECOND;

    /// How long initiations are repeated before giving up.
    public static final long REKEY_ATTEMPT_TIME_NANOS = 90 * SECOND;

    /// Pause between two initiations, to which jitter of up to [#REKEY_JITTER_NANOS] is added.
    public static final long REKEY_TIMEOUT_NANOS = 5 * SECOND;

    /// Largest jitter on a repeated initiation.
    public static final long REKEY_JITTER_NANOS = 333_000_000L;

    /// Silence after received data at which an empty packet is sent.
    public static final long KEEPALIVE_TIMEOUT_NANOS = 10 * SECOND;

    /// Lifetime of a cookie and of the secret that makes cookies.
    public static final long COOKIE_LIFETIME_NANOS = 120 * SECOND;

    /// Largest number of initiations per second that one peer is answered.
    public static final int INITIATIONS_PER_SECOND = 50;

    /// Width of the replay window in messages.
    public static final int REPLAY_WINDOW = 8192;

    /// Handshake messages per second that one source address (IPv4) or /64 (IPv6) is answered under load.
    public static final int HANDSHAKES_PER_SOURCE_PER_SECOND = 20;

    /// Handshake messages that such a source may send at once.
    public static final int HANDSHAKE_BURST_PER_SOURCE = 5;

    /// Sources that are limited at the same time; while so many are active, others are refused. 16 bytes each.
    public static final int RATE_LIMITED_SOURCES = 8192;

    private Limits() {}
}
