package dev.sekisho.dataplane.noise;

import dev.sekisho.crypto.SecretKey;

/// What a handshake is for. Whoever holds it wipes the keys.
///
/// @param send key of what we send
/// @param receive key of what we receive
record TransportKeys(SecretKey send, SecretKey receive) {
    @Override
    public String toString() {
        return "TransportKeys";
    }
}
