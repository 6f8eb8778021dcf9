package dev.sekisho.control.uapi;

/// What a client may ask of the server at most.
final class UapiLimits {
    /// Longest line; the longest legal one is an endpoint with a scope, under 100 bytes.
    static final int MAX_LINE_BYTES = 512;

    /// Lines in one operation.
    static final int MAX_LINES = 2_000_000;

    /// Peers named in one `set`.
    static final int MAX_PEERS = 131_072;

    /// Connections served at the same time; further ones wait in the kernel's queue.
    static final int MAX_CONNECTIONS = 32;

    private UapiLimits() {}
}
