package dev.sekisho.dataplane.noise;

import dev.sekisho.crypto.Blake2s;
import dev.sekisho.crypto.ConstantTime;
import dev.sekisho.crypto.Entropy;
import dev.sekisho.crypto.SecretKey;
import dev.sekisho.crypto.Wipe;
import dev.sekisho.crypto.XChaCha20Poly1305;
import dev.sekisho.dataplane.Limits;
import dev.sekisho.dataplane.wire.CookieReplyView;
import dev.sekisho.dataplane.wire.Endpoint;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The server's half of cookies: a source proves that it receives at its address before we spend work on it.
///
/// A cookie is a mac over the source address and port under a secret of ours that changes every 120 seconds,
/// so nothing is stored per source. Thread-safe: the secret is guarded by a lock. Source: WireGuard paper
/// sections 5.3 and 5.4.7.
public final class CookieChecker {
    private static final int SECRET_BYTES = 32;
    private static final int SOURCE_BYTES = 18;

    private final Entropy entropy;
    private final ReentrantLock lock = new ReentrantLock();
    private byte @Nullable [] secret;
    private long secretBornNanos;

    /// Shared by all handshake threads of one socket; `entropy` must be thread-safe.
    public CookieChecker(Entropy entropy) {
        this.entropy = entropy;
    }

    /// Whether the 16 bytes at `mac2Offset` are the mac of what precedes them under the cookie of `from`.
    boolean verifyMac2(Blake2s blake2s, long nowNanos, Endpoint from, byte[] message, int mac2Offset) {
        byte[] cookie = cookie(blake2s, nowNanos, from);
        byte[] expected = new byte[Mac.BYTES];
        Mac.write(blake2s, cookie, message, mac2Offset, expected, 0);
        return ConstantTime.equal(expected, 0, message, mac2Offset, Mac.BYTES);
    }

    /// Nonce and sealed cookie for the sender of a message with this mac1, as they follow each other in the
    /// reply.
    byte[] reply(Blake2s blake2s, long nowNanos, Endpoint from, byte[] cookieKey, byte[] mac1) {
        byte[] nonce = new byte[CookieReplyView.NONCE_BYTES];
        entropy.fill(nonce, 0, nonce.length);
        byte[] cookie = cookie(blake2s, nowNanos, from);
        byte[] reply = new byte[CookieReplyView.NONCE_BYTES + CookieReplyView.COOKIE_BYTES];
        try (SecretKey key = SecretKey.copyOf(cookieKey, 0)) {
            byte[] sealed = XChaCha20Poly1305.seal(key, nonce, mac1, cookie);
            System.arraycopy(nonce, 0, reply, 0, nonce.length);
            System.arraycopy(sealed, 0, reply, nonce.length, sealed.length);
        }
        return reply;
    }

    /// The cookie of `from` in this period.
    byte[] cookie(Blake2s blake2s, long nowNanos, Endpoint from) {
        byte[] source = new byte[SOURCE_BYTES];
        for (int i = 0; i < 8; i++) {
            source[i] = (byte) (from.addressHigh() >>> (56 - 8 * i));
            source[8 + i] = (byte) (from.addressLow() >>> (56 - 8 * i));
        }
        source[16] = (byte) (from.port() >>> 8);
        source[17] = (byte) from.port();
        byte[] cookie = new byte[Mac.BYTES];
        lock.lock();
        try {
            Mac.write(blake2s, freshSecret(nowNanos), source, source.length, cookie, 0);
        } finally {
            lock.unlock();
        }
        return cookie;
    }

    /// The secret of this period. The lock is held.
    private byte[] freshSecret(long nowNanos) {
        byte[] current = secret;
        if (current != null && nowNanos - secretBornNanos < Limits.COOKIE_LIFETIME_NANOS) {
            return current;
        }
        if (current == null) {
            current = new byte[SECRET_BYTES];
        } else {
            Wipe.bytes(current);
        }
        entropy.fill(current, 0, SECRET_BYTES);
        secret = current;
        secretBornNanos = nowNanos;
        return current;
    }
}
