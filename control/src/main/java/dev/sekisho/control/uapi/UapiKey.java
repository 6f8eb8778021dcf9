package dev.sekisho.control.uapi;

import org.jspecify.annotations.Nullable;

/// The keys of the protocol. `ordinal` order is the order in which a device reports them.
enum UapiKey {
    PRIVATE_KEY("private_key"),
    LISTEN_PORT("listen_port"),
    FWMARK("fwmark"),
    REPLACE_PEERS("replace_peers"),
    PUBLIC_KEY("public_key"),
    REMOVE("remove"),
    UPDATE_ONLY("update_only"),
    PRESHARED_KEY("preshared_key"),
    PROTOCOL_VERSION("protocol_version"),
    ENDPOINT("endpoint"),
    LAST_HANDSHAKE_SEC("last_handshake_time_sec"),
    LAST_HANDSHAKE_NSEC("last_handshake_time_nsec"),
    TX_BYTES("tx_bytes"),
    RX_BYTES("rx_bytes"),
    PERSISTENT_KEEPALIVE("persistent_keepalive_interval"),
    REPLACE_ALLOWED_IPS("replace_allowed_ips"),
    ALLOWED_IP("allowed_ip"),
    ERRNO("errno");

    private static final UapiKey[] ALL = values();

    private final String text;

    UapiKey(String text) {
        this.text = text;
    }

    /// The key as the protocol spells it.
    String text() {
        return text;
    }

    /// The key whose name is `buffer[from .. to)`, or null.
    static @Nullable UapiKey find(byte[] buffer, int from, int to) {
        for (UapiKey key : ALL) {
            if (key.isAt(buffer, from, to)) {
                return key;
            }
        }
        return null;
    }

    private boolean isAt(byte[] buffer, int from, int to) {
        if (to - from != text.length()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (buffer[from + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
