package dev.sekisho.dataplane;

/// Every bound and time constant of the data plane. Times are nanoseconds.
///
/// Source: WireGuard paper section 6 for what the protocol fixes; the others say why.
public final class Limits {
    private static final long SECOND = 1_000_000_000L;

    /// Bytes of the longest packet that we carry: what the length field of IPv4 can say.
    public static final int MAX_IP_BYTES = 65_535;

    /// Segments that one super-packet may be cut into: 64 KiB in the 8 bytes that Linux allows as the smallest TCP
    /// segment (`TCP_MIN_GSO_SIZE`).
    public static final int MAX_SPLIT_SEGMENTS = 8192;

    /// Header bytes repeated on every segment of a super-packet: 60 for TCP, the rest for IP and its extensions.
    public static final int MAX_SPLIT_HEADER_BYTES = 256;

    /// Packets merged into one super-packet: what Linux GRO takes for UDP (`UDP_GRO_CNT_MAX`).
    public static final int MAX_MERGED_SEGMENTS = 64;

    /// Header bytes of a packet that may be merged: IP without options or extensions (40), TCP with options (60).
    public static final int MAX_MERGED_HEADER_BYTES = 100;

    /// Super-packets that one merger has in the making at the same time: flows that interleave up to that many deep
    /// still merge. Each costs a 128 KiB region.
    public static final int OPEN_RUNS = 4;

    /// Bytes that the landing place of an opened packet takes beyond [#MAX_IP_BYTES]: WireGuard pads to 16.
    public static final int PADDING_BYTES = 16;

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

    /// Frames of one peer that wait for a key. Source: kernel `MAX_STAGED_PACKETS`.
    public static final int STAGED_PACKETS = 128;

    /// Bytes of frames of one peer that wait for a key: a few super-packets.
    public static final int STAGED_BYTES = 512 << 10;

    /// Bytes of frames of all peers of one engine that wait for a key.
    public static final long STAGED_BYTES_IN_ALL = 16L << 20;

    /// Datagrams in one train. Source: kernel `UDP_MAX_SEGMENTS` before 6.9.
    public static final int TRAIN_DATAGRAMS = 64;

    /// Bytes in one train: the largest UDP payload over IPv4.
    public static final int TRAIN_BYTES = 65_507;

    /// Bytes of trains that may wait for one `flushNetwork`: 16 of the largest, sized to stay in a core's cache.
    public static final int TRAIN_SLAB_BYTES = 16 << 16;

    /// Largest interval of the persistent keepalive. Source: the 16-bit field of the configuration protocol.
    public static final int PERSISTENT_KEEPALIVE_SECONDS = 0xffff;

    /// ICMP errors per second that an engine writes to its TUN in the long run.
    public static final int UNREACHABLES_PER_SECOND = 100;

    /// ICMP errors that an engine may write at once.
    public static final int UNREACHABLES_BURST = 50;

    /// Lifetime of a cookie and of the secret that makes cookies.
    public static final long COOKIE_LIFETIME_NANOS = 120 * SECOND;

    /// Largest number of initiations per second that one peer is answered.
    public static final int INITIATIONS_PER_SECOND = 50;

    /// Peers of one device.
    public static final int MAX_PEERS = 1 << 16;

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
