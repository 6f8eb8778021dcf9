package dev.sekisho.control.totp;

import dev.sekisho.crypto.Wipe;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The secret that a user's authenticator app shares with us. The holder closes it, which wipes it.
/// Thread-safe but for [#close].
///
/// Codes have six digits and hold for 30 seconds, the hash is SHA-1: what all apps can do. It has no
/// `equals` and a `toString` that shows nothing. Source: RFC 6238 section 4, RFC 4226 section 5.
public final class TotpSecret implements AutoCloseable {
    /// Fewest bytes of a secret: what older apps make. RFC 4226 asks for 16.
    public static final int MIN_BYTES = 10;

    /// Fewest bytes that RFC 4226 requirement R6 asks for.
    private static final int RECOMMENDED_BYTES = 16;

    private static final int NEW_BYTES = 20;

    /// Most bytes of a secret, a block of SHA-1.
    public static final int MAX_BYTES = 64;

    /// Seconds for which a code holds.
    public static final int STEP_SECONDS = 30;

    private static final String ALGORITHM = "HmacSHA1";
    private static final int MODULUS = 1_000_000;

    private final byte[] bytes;
    private boolean wiped;

    private TotpSecret(byte[] bytes) {
        this.bytes = bytes;
    }

    /// Reads the base32 text that the app was given.
    ///
    /// @throws IllegalArgumentException with a sentence that doesn't repeat the text
    public static TotpSecret parse(CharSequence base32) {
        byte[] bytes = Base32.decode(base32);
        if (bytes.length < MIN_BYTES || bytes.length > MAX_BYTES) {
            Wipe.bytes(bytes);
            throw new IllegalArgumentException(
                    "a TOTP secret has " + MIN_BYTES + " to " + MAX_BYTES + " bytes (16 to 103 characters of base32)");
        }
        return new TotpSecret(bytes);
    }

    /// A new secret of 160 bits, as RFC 4226 section 4 recommends.
    public static TotpSecret random(SecureRandom random) {
        byte[] bytes = new byte[NEW_BYTES];
        random.nextBytes(bytes);
        return new TotpSecret(bytes);
    }

    /// The base32 text that the app is given. A secret: it is shown once, while the app is set up, and kept sealed.
    public String base32() {
        return Base32.encode(live());
    }

    /// Whether it is shorter than RFC 4226 asks for (requirement R6: 128 bits).
    public boolean isShort() {
        return bytes.length < RECOMMENDED_BYTES;
    }

    /// A copy that lives on when this one is wiped.
    public TotpSecret copy() {
        return new TotpSecret(live().clone());
    }

    /// The step that a moment lies in.
    static long stepAt(long epochSecond) {
        return Math.floorDiv(epochSecond, STEP_SECONDS);
    }

    /// What the user's app shows at a moment: six digits.
    public String codeAt(long epochSecond) {
        return String.format(Locale.ROOT, "%06d", code(stepAt(epochSecond)));
    }

    /// The code of a step, 0..999,999.
    int code(long step) {
        byte[] message = new byte[Long.BYTES];
        for (int i = 0; i < Long.BYTES; i++) {
            message[i] = (byte) (step >>> (Long.SIZE - Byte.SIZE * (i + 1)));
        }
        byte[] hash = new byte[0];
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(live(), ALGORITHM));
            hash = mac.doFinal(message);
            int offset = hash[hash.length - 1] & 0xf;
            int truncated = (hash[offset] & 0x7f) << 24
                    | (hash[offset + 1] & 0xff) << 16
                    | (hash[offset + 2] & 0xff) << 8
                    | (hash[offset + 3] & 0xff);
            return truncated % MODULUS;
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        } finally {
            Wipe.bytes(hash);
        }
    }

    private byte[] live() {
        if (wiped) {
            throw new IllegalStateException("secret used after it was wiped");
        }
        return bytes;
    }

    /// Overwrites the secret. Closing twice is harmless.
    @Override
    public void close() {
        Wipe.bytes(bytes);
        wiped = true;
    }

    @Override
    public String toString() {
        return wiped ? "TotpSecret[wiped]" : "TotpSecret[hidden]";
    }
}
