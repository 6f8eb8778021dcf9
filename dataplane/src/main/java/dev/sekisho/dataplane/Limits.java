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

    /// Flows of one data plane unless it is told otherwise, 128 bytes each.
    public static final int FLOWS = 1 << 18;

    /// Most flows that a table can be made for: leaves at least 7 bits of a bucket to the tag.
    public static final int LARGEST_FLOWS = 1 << 24;

    /// Flows of one device: a busy workstation has hundreds.
    public static final int FLOWS_PER_DEVICE = 16_384;

    /// Silence after which a flow makes room for another of the same device: no live exchange pauses so long without a
    /// retransmission or a keepalive of its own, and what is asked again is only decided again.
    public static final long FLOW_REPLACEABLE_AFTER_NANOS = 30 * SECOND;

    /// A flow seen so recently is spared when one of its device must go, if the device has others.
    public static final long FLOW_ACTIVE_NANOS = SECOND;
    /// Path MTU below which no ICMP error is believed, for IPv4: what every host must take (RFC 1122 section
    /// 3.3.3).
    public static final int SMALLEST_MTU_V4 = 576;

    /// Path MTU below which no ICMPv6 error is believed: what every link must carry (RFC 8200 section 5).
    public static final int SMALLEST_MTU_V6 = 1280;

    /// Fragmented datagrams whose pieces are followed at the same time.
    public static final int FRAGMENTED_DATAGRAMS = 4096;

    /// Of these, those of one device.
    public static final int FRAGMENTED_DATAGRAMS_PER_DEVICE = 64;

    /// Separate pieces of one datagram that may have come before the gaps between them are filled.
    public static final int FRAGMENT_RANGES = 16;

    /// How long the pieces of a datagram may take, as in Linux (`IP_FRAG_TIME`).
    public static final long FRAGMENT_TIMEOUT_NANOS = 30 * SECOND;
    /// Fresh approvals of one engine, and of one device; the least recently used gives way.
    public static final int MFA_SESSIONS = 1 << 16;

    /// See [#MFA_SESSIONS].
    public static final int MFA_SESSIONS_PER_DEVICE = 1024;

    /// Challenges that one engine has open.
    public static final int OPEN_CHALLENGES = 4096;

    /// Challenges that one device has open: more windows than a person starts in three minutes.
    public static final int OPEN_CHALLENGES_PER_DEVICE = 8;

    /// Scopes per person whose back-off is remembered. More than the silence lets come together.
    public static final int BACK_OFFS_PER_PERSON = 16;

    /// How long a scope may not ask again after its first denied or expired challenge; doubles with each further one.
    public static final long CHALLENGE_BACK_OFF_NANOS = 10 * SECOND;

    /// Where [#CHALLENGE_BACK_OFF_NANOS] stops to double.
    public static final long CHALLENGE_BACK_OFF_MAX_NANOS = 300 * SECOND;

    /// Without a failure for so long, the back-off of a scope starts anew.
    public static final long CHALLENGE_BACK_OFF_MEMORY_NANOS = 1800 * SECOND;

    /// Denied or expired challenges of a person, within [#CHALLENGE_FAILURE_WINDOW_NANOS], that silence their devices.
    public static final int CHALLENGE_FAILURES = 3;

    /// See [#CHALLENGE_FAILURES].
    public static final long CHALLENGE_FAILURE_WINDOW_NANOS = 600 * SECOND;

    /// How long the devices of a silenced person may not ask for a second factor.
    public static final long CHALLENGE_SILENCE_NANOS = 900 * SECOND;

    /// Packets of one device that wait for a second factor.
    public static final int HELD_PACKETS_PER_DEVICE = 64;

    /// Bytes of one device that wait for a second factor.
    public static final int HELD_BYTES_PER_DEVICE = 64 << 10;

    /// Bytes of all devices of one engine that wait for a second factor, with [#HELD_OVERHEAD_BYTES] per packet.
    public static final long HELD_BYTES_IN_ALL = 16L << 20;

    /// What a held packet costs beyond its bytes: two small objects and their references.
    public static final int HELD_OVERHEAD_BYTES = 96;

    /// Largest number of destinations that scan rules may allow: it bounds what is kept per device.
    public static final int MAX_SCAN_THRESHOLD = 1000;

    /// Refusals per second of one device that are reported in the long run.
    public static final int DENIALS_PER_SECOND = 10;

    /// Refusals of one device that may be reported at once.
    public static final int DENIALS_BURST = 40;

    /// Events of one checkpoint that wait for room, but for ends of flows and locks; only what ends or locks something
    /// waits.
    public static final int OWED_EVENTS = 1 << 16;

    /// Connections of one device that are waiting for their handshake.
    public static final int HALF_OPEN_PER_DEVICE = 1024;

    /// Places of flows that others may take towards one device: the rest of its share is for its own.
    public static final int INBOUND_FLOWS_PER_DEVICE = FLOWS_PER_DEVICE / 4;

    /// New flows per second of one device in the long run: each is recorded twice.
    public static final int NEW_FLOWS_PER_SECOND = 1000;

    /// New flows that one device may open at once.
    public static final int NEW_FLOWS_BURST = FLOWS_PER_DEVICE;

    /// Flows of a device that are ended at once when it is locked; the patrol ends the rest, while nothing passes.
    public static final int CUTS_AT_ONCE = 512;

    /// How long a TCP or UDP flow that was ended keeps its place, for what is still on its way.
    public static final long TCP_OVER_NANOS = 30 * SECOND;

    /// While several devices wait and nobody at all was answered for so long, the network is taken to be out.
    public static final long OUTAGE_NANOS = 30 * SECOND;

    /// How long a TCP connection may wait for its handshake.
    public static final long TCP_HALF_OPEN_NANOS = 30 * SECOND;

    /// How long an established TCP connection may be silent: Linux sends its keepalives after two hours.
    public static final long TCP_IDLE_NANOS = 7500 * SECOND;

    /// How long a TCP connection may be silent that one side has finished.
    public static final long TCP_HALF_CLOSED_NANOS = 300 * SECOND;

    /// How long a TCP connection is kept that both sides have finished, for what is sent again.
    public static final long TCP_FINISHED_NANOS = 30 * SECOND;

    /// How long a UDP flow may be silent.
    public static final long UDP_IDLE_NANOS = 60 * SECOND;

    /// How long a ping may be silent.
    public static final long ICMP_IDLE_NANOS = 30 * SECOND;

    /// How long a destination may take to answer before the attempt counts as in vain: a SYN was sent twice by then.
    public static final long ANSWER_MILLIS = 3_000;

    /// Silence of a device after which it counts as having been away: it slept, or the server did.
    public static final long ASLEEP_NANOS = 600 * SECOND;

    /// How long after a device has come back its packets of unknown connections are taken for those of before, not
    /// for a scan.
    public static final long BACK_GRACE_NANOS = 300 * SECOND;

    private Limits() {}
}
