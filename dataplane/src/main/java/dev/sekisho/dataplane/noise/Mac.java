package dev.sekisho.dataplane.noise;

import dev.sekisho.crypto.Blake2s;
import java.nio.charset.StandardCharsets;

/// The macs of handshake messages: keyed BLAKE2s with 16 bytes of output, and the two keys made from a public
/// key.
///
/// Source: WireGuard paper sections 5.4.4 and 5.4.7.
final class Mac {
    /// Length of mac1, mac2 and a cookie.
    static final int BYTES = 16;

    private static final byte[] LABEL_MAC1 = "mac1----".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LABEL_COOKIE = "cookie--".getBytes(StandardCharsets.US_ASCII);

    private Mac() {}

    /// Mac of `message[0 .. lengthBytes)` under `key`, to `out[outOffset ..)`, which may lie in the message.
    static void write(Blake2s blake2s, byte[] key, byte[] message, int lengthBytes, byte[] out, int outOffset) {
        byte[] mac = new byte[BYTES];
        blake2s.reset(BYTES, key).update(message, 0, lengthBytes).digest(mac, 0);
        System.arraycopy(mac, 0, out, outOffset, BYTES);
    }

    /// Key of mac1 for messages to the holder of `publicKey`.
    static byte[] mac1Key(Blake2s blake2s, PublicKey publicKey) {
        return hash(blake2s, LABEL_MAC1, publicKey);
    }

    /// Key of cookie replies from the holder of `publicKey`.
    static byte[] cookieKey(Blake2s blake2s, PublicKey publicKey) {
        return hash(blake2s, LABEL_COOKIE, publicKey);
    }

    private static byte[] hash(Blake2s blake2s, byte[] label, PublicKey publicKey) {
        byte[] out = new byte[Blake2s.HASH_BYTES];
        blake2s.reset()
                .update(label, 0, label.length)
                .update(publicKey.bytes(), 0, PublicKey.BYTES)
                .digest(out, 0);
        return out;
    }
}
