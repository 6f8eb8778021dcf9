package dev.sekisho.it.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.engines.ChaChaEngine;
import org.bouncycastle.crypto.modes.ChaCha20Poly1305;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.util.Pack;
import org.jspecify.annotations.Nullable;

/// The initiator's side of the cookie reply (message type 3): opens it, and puts mac2 on an initiation.
///
/// ```
///  0      4          8         32              64
///  | type | receiver | nonce   | cookie + tag  |
/// ```
///
/// Source: WireGuard paper 5.4.7, 5.4.4; XChaCha20: draft-irtf-cfrg-xchacha-03 2.2, 2.3. Thread-confined.
public final class CookieJar {
    public static final int REPLY_BYTES = 64;
    private static final int NONCE_OFFSET = 8;
    private static final int COOKIE_OFFSET = 32;
    private static final int COOKIE_BYTES = 16;
    private static final int TAG_BITS = 128;

    private final byte[] cookieKey;

    /// @param responderPublicKey base64
    public CookieJar(String responderPublicKey) {
        byte[] label = "cookie--".getBytes(StandardCharsets.US_ASCII);
        cookieKey = NoiseHash.hash(label, Base64.getDecoder().decode(responderPublicKey));
    }

    /// The cookie in `reply`, or null when it does not belong to `initiation`.
    public byte @Nullable [] open(byte[] reply, byte[] initiation) {
        byte[] nonce = Arrays.copyOfRange(reply, NONCE_OFFSET, COOKIE_OFFSET);
        byte[] mac1 = Arrays.copyOfRange(initiation, InitiationFactory.MAC1_OFFSET, InitiationFactory.MAC2_OFFSET);
        byte[] shortNonce = new byte[12];
        System.arraycopy(nonce, 16, shortNonce, 4, 8);
        var cipher = new ChaCha20Poly1305();
        cipher.init(false, new AEADParameters(new KeyParameter(hChaCha20(nonce)), TAG_BITS, shortNonce, mac1));
        byte[] cookie = new byte[COOKIE_BYTES];
        try {
            int length = cipher.processBytes(reply, COOKIE_OFFSET, REPLY_BYTES - COOKIE_OFFSET, cookie, 0);
            cipher.doFinal(cookie, length);
        } catch (InvalidCipherTextException e) {
            return null;
        }
        return cookie;
    }

    /// Writes mac2 into `initiation`.
    public static void stamp(byte[] initiation, byte[] cookie) {
        byte[] mac = NoiseHash.mac(cookie, Arrays.copyOf(initiation, InitiationFactory.MAC2_OFFSET));
        System.arraycopy(mac, 0, initiation, InitiationFactory.MAC2_OFFSET, mac.length);
    }

    /// The sub-key of XChaCha20: one ChaCha20 block without the final addition, rows 0 and 3.
    private byte[] hChaCha20(byte[] nonce) {
        int[] state = new int[16];
        System.arraycopy(
                Pack.littleEndianToInt("expand 32-byte k".getBytes(StandardCharsets.US_ASCII), 0, 4), 0, state, 0, 4);
        System.arraycopy(Pack.littleEndianToInt(cookieKey, 0, 8), 0, state, 4, 8);
        System.arraycopy(Pack.littleEndianToInt(nonce, 0, 4), 0, state, 12, 4);
        int[] block = new int[16];
        ChaChaEngine.chachaCore(20, state, block);
        byte[] key = new byte[32];
        for (int i = 0; i < 4; i++) {
            Pack.intToLittleEndian(block[i] - state[i], key, 4 * i);
            Pack.intToLittleEndian(block[12 + i] - state[12 + i], key, 16 + 4 * i);
        }
        return key;
    }
}
