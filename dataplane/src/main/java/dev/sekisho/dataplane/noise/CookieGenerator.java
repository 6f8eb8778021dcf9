package dev.sekisho.dataplane.noise;

import dev.sekisho.crypto.Blake2s;
import dev.sekisho.crypto.SecretKey;
import dev.sekisho.crypto.XChaCha20Poly1305;
import dev.sekisho.dataplane.Limits;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The client's half of cookies: macs our messages to one peer, and keeps the cookie that the peer asks us to
/// use.
///
/// A cookie lives 120 seconds from its arrival. Guarded by the lock of the [HandshakePeer] that holds it.
/// Source: WireGuard paper section 5.4.4 (macs) and 5.4.7 (replies).
final class CookieGenerator {
    private final byte[] lastMac1 = new byte[Mac.BYTES];
    private boolean awaitsReply;
    private byte @Nullable [] cookie;
    private long cookieNanos;

    /// Writes mac1 at `mac1Offset` of the message and mac2 behind it: a mac if we hold a fresh cookie, else
    /// zeros.
    void addMacs(Blake2s blake2s, long nowNanos, PublicKey remote, byte[] message, int mac1Offset) {
        Mac.write(blake2s, Mac.mac1Key(blake2s, remote), message, mac1Offset, message, mac1Offset);
        System.arraycopy(message, mac1Offset, lastMac1, 0, Mac.BYTES);
        awaitsReply = true;
        int mac2Offset = mac1Offset + Mac.BYTES;
        byte[] current = cookie;
        if (current != null && nowNanos - cookieNanos < Limits.COOKIE_LIFETIME_NANOS) {
            Mac.write(blake2s, current, message, mac2Offset, message, mac2Offset);
        } else {
            cookie = null;
            Arrays.fill(message, mac2Offset, mac2Offset + Mac.BYTES, (byte) 0);
        }
    }

    /// Whether a message of ours has not been answered with a cookie yet.
    boolean awaitsReply() {
        return awaitsReply;
    }

    /// Opens a sealed cookie from `remote` and keeps it. False, and nothing changed, when it does not open.
    boolean accept(Blake2s blake2s, long nowNanos, PublicKey remote, byte[] nonce, byte[] sealedCookie) {
        byte[] opened;
        try (SecretKey key = SecretKey.copyOf(Mac.cookieKey(blake2s, remote), 0)) {
            opened = XChaCha20Poly1305.open(key, nonce, lastMac1, sealedCookie);
        }
        if (opened == null) {
            return false;
        }
        cookie = opened;
        cookieNanos = nowNanos;
        awaitsReply = false;
        return true;
    }
}
