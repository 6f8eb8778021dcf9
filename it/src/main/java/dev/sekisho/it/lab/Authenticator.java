package dev.sekisho.it.lab;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.stream.LongStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// A user's authenticator app: six digits every 30 seconds. Source: RFC 6238 and RFC 4226, written apart from the
/// product's own. Not thread-safe.
public final class Authenticator {
    private static final int SECRET_BYTES = 20;
    private static final long STEP_SECONDS = 30;
    private static final int CODES = 1_000_000;
    private static final String DIGITS = "0123456789abcdefghijklmnopqrstuv";
    private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    private final byte[] secret = new byte[SECRET_BYTES];
    private long lastStep = Long.MIN_VALUE;

    /// With a secret of its own.
    public Authenticator() {
        new SecureRandom().nextBytes(secret);
        secret[0] |= (byte) 0x80; // so that the number below has all its digits
    }

    /// With a secret that a server gave.
    public static Authenticator of(String base32) {
        Authenticator authenticator = new Authenticator();
        BigInteger number = BigInteger.ZERO;
        for (char letter : base32.toCharArray()) {
            number = number.shiftLeft(5).or(BigInteger.valueOf(BASE32.indexOf(letter)));
        }
        for (int i = 0; i < SECRET_BYTES; i++) {
            authenticator.secret[i] =
                    number.shiftRight(8 * (SECRET_BYTES - 1 - i)).byteValue();
        }
        return authenticator;
    }

    /// The secret as a policy file takes it.
    public String base32() {
        String digits = new BigInteger(1, secret).toString(BASE32.length());
        return digits.chars()
                .map(digit -> BASE32.charAt(DIGITS.indexOf(digit)))
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /// A code that was not shown before. A server takes each once, and at most one step ahead of its clock: the third
    /// within half a minute waits for the clock.
    public String nextCode() {
        long step = Math.max(lastStep + 1, presentStep());
        Await.until("the next code counts", Duration.ofSeconds(2 * STEP_SECONDS), () -> presentStep() >= step - 1);
        lastStep = step;
        return code(step);
    }

    /// Six digits that are right neither now nor soon.
    public String wrongCode() {
        long present = presentStep();
        return LongStream.range(0, CODES)
                .mapToObj(Authenticator::digits)
                .filter(candidate -> LongStream.rangeClosed(present - 2, present + 2)
                        .noneMatch(step -> code(step).equals(candidate)))
                .findFirst()
                .orElseThrow();
    }

    private static long presentStep() {
        return Instant.now().getEpochSecond() / STEP_SECONDS;
    }

    private String code(long step) {
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(secret, "RAW"));
            byte[] hash =
                    mac.doFinal(ByteBuffer.allocate(Long.BYTES).putLong(step).array());
            int offset = hash[hash.length - 1] & 0xf;
            return digits((ByteBuffer.wrap(hash).getInt(offset) & Integer.MAX_VALUE) % CODES);
        } catch (GeneralSecurityException e) {
            throw new LabException("no HMAC-SHA1", e);
        }
    }

    private static String digits(long code) {
        return String.format(Locale.ROOT, "%06d", code);
    }
}
