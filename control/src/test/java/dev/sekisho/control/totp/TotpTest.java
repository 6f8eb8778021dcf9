package dev.sekisho.control.totp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sekisho.control.totp.TotpVerifier.Verdict;
import dev.sekisho.policy.UserId;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TotpTest {
    /// `12345678901234567890`, the secret of the RFCs.
    private static final String RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    private static final UserId ALICE = new UserId("alice");
    private static final UserId BOB = new UserId("bob");
    private static final long NOON = 1_800_000_000L;

    private final TotpSecret secret = TotpSecret.parse(RFC_SECRET);
    private final TotpVerifier verifier = new TotpVerifier(CodeLedger.NONE, 0, 0);
    private long nanos = Long.MAX_VALUE - 5; // overflows on the way

    /// RFC 4226 appendix D.
    @ParameterizedTest
    @CsvSource({
        "0, 755224", "1, 287082", "2, 359152", "3, 969429", "4, 338314",
        "5, 254676", "6, 287922", "7, 162583", "8, 399871", "9, 520489"
    })
    void codesAreThoseOfRfc4226(long counter, String code) {
        assertThat(digits(secret.code(counter))).isEqualTo(code);
    }

    private static final class MemoryLedger implements CodeLedger {
        private Map<UserId, Entry> kept = Map.of();
        private boolean full;

        @Override
        public Map<UserId, Entry> read() {
            return kept;
        }

        @Override
        public void write(Map<UserId, Entry> entries) {
            if (full) {
                throw new IllegalStateException("the disk is full");
            }
            kept = Map.copyOf(entries);
        }
    }

    @Test
    void aRestartMakesNoCodeGoodAgain() {
        MemoryLedger ledger = new MemoryLedger();
        String code = secret.codeAt(NOON);
        assertThat(new TotpVerifier(ledger, NOON, nanos).verify(ALICE, secret, code, NOON, nanos))
                .isEqualTo(Verdict.ACCEPTED);
        TotpVerifier next = new TotpVerifier(ledger, NOON + 1, 7);
        assertThat(next.verify(ALICE, secret, code, NOON + 1, 7)).isEqualTo(Verdict.WRONG);
        assertThat(next.verify(ALICE, secret, secret.codeAt(NOON + 30), NOON + 30, 8))
                .isEqualTo(Verdict.ACCEPTED);
    }

    @Test
    void aRestartEndsNoLockOutAndNoCount() {
        MemoryLedger ledger = new MemoryLedger();
        for (int i = 1; i < TotpVerifier.MAX_FAILURES; i++) {
            new TotpVerifier(ledger, NOON, nanos).verify(ALICE, secret, "000000", NOON, nanos);
        }
        assertThat(new TotpVerifier(ledger, NOON, nanos).isLockedOut(ALICE, nanos))
                .isFalse();
        new TotpVerifier(ledger, NOON, nanos).verify(ALICE, secret, "000000", NOON, nanos);
        long end = NOON + TotpVerifier.LOCK_OUT.toSeconds();
        String code = secret.codeAt(end);
        assertThat(new TotpVerifier(ledger, end - 1, 7).verify(ALICE, secret, code, end - 1, 7))
                .isEqualTo(Verdict.LOCKED_OUT);
        assertThat(new TotpVerifier(ledger, end, 7).verify(ALICE, secret, code, end, 7))
                .isEqualTo(Verdict.ACCEPTED);
        new TotpVerifier(ledger, NOON, nanos).verify(BOB, secret, "000000", NOON, nanos);
    }

    /// A clock that was set back locks nobody out for longer than a lock-out lasts.
    @Test
    void aLockOutIsNeverLongerThanOne() {
        MemoryLedger ledger = new MemoryLedger();
        ledger.kept = Map.of(ALICE, new CodeLedger.Entry(Long.MIN_VALUE, TotpVerifier.MAX_FAILURES, NOON + 1_000_000));
        TotpVerifier restarted = new TotpVerifier(ledger, NOON, 0);
        assertThat(restarted.isLockedOut(ALICE, TotpVerifier.LOCK_OUT.toNanos() - 1))
                .isTrue();
        assertThat(restarted.isLockedOut(ALICE, TotpVerifier.LOCK_OUT.toNanos()))
                .isFalse();
    }

    @Test
    void aCodeThatCantBeKeptDoesNotCountAndIsUsedUp() {
        MemoryLedger ledger = new MemoryLedger();
        TotpVerifier strict = new TotpVerifier(ledger, NOON, nanos);
        ledger.full = true;
        assertThatThrownBy(() -> strict.verify(ALICE, secret, secret.codeAt(NOON), NOON, nanos))
                .hasMessage("the disk is full");
        ledger.full = false;
        assertThat(strict.verify(ALICE, secret, secret.codeAt(NOON), NOON, nanos))
                .isEqualTo(Verdict.WRONG);
    }

    /// RFC 6238 appendix B, SHA-1, the last six of its eight digits.
    @ParameterizedTest
    @CsvSource({
        "59, 287082",
        "1111111109, 081804",
        "1111111111, 050471",
        "1234567890, 005924",
        "2000000000, 279037",
        "20000000000, 353130"
    })
    void codesAreThoseOfRfc6238(long epochSecond, String code) {
        assertThat(secret.codeAt(epochSecond)).isEqualTo(code);
        assertThat(verifier.verify(ALICE, secret, code, epochSecond, nanos)).isEqualTo(Verdict.ACCEPTED);
    }

    /// RFC 4648 section 10.
    @ParameterizedTest
    @CsvSource({
        "MZXW6YTBOI======, foobar",
        "MZXW6YTB, fooba",
        "MZXW6YQ=, foob",
        "MZXW6===, foo",
        "MZXQ====, fo",
        "MY======, f",
        "MZXW6YTBOI, foobar"
    })
    void base32IsThatOfRfc4648(String text, String bytes) {
        assertThat(Base32.decode(text)).asString().isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "A",
                "ABC",
                "ABCDEF",
                "MZXW6YTBOI=",
                "MY=",
                "MY=====",
                "========",
                "MZXW6YTB========",
                "my",
                "M Y",
                "MY-=",
                "M1",
                "M0",
                "M8",
                "MZ",
                "ＭＹ"
            })
    void looseBase32IsRefused(String text) {
        assertThatThrownBy(() -> Base32.decode(text))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .doesNotContain(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GEZDGNBVGY3TQOI", "", "GEZDGNBVGY3TQOJQ1", "gezdgnbvgy3tqojq"})
    void badSecretsAreRefusedWithoutRepeatingThem(String text) {
        assertThatThrownBy(() -> TotpSecret.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .doesNotContain("GEZD", "gezd");
    }

    @Test
    void secretsAreNotShownAndAreWiped() {
        assertThat(secret.toString()).isEqualTo("TotpSecret[hidden]");
        TotpSecret copy = secret.copy();
        secret.close();
        assertThat(secret.toString()).isEqualTo("TotpSecret[wiped]");
        assertThatThrownBy(() -> secret.code(0)).isInstanceOf(IllegalStateException.class);
        assertThat(copy.code(0)).isEqualTo(755_224);
    }

    @Test
    void oneStepEarlyOrLateCountsTwoDoNot() {
        long step = TotpSecret.stepAt(NOON);
        assertThat(verifier.verify(ALICE, secret, digits(secret.code(step - 2)), NOON, nanos))
                .isEqualTo(Verdict.WRONG);
        assertThat(verifier.verify(ALICE, secret, digits(secret.code(step + 2)), NOON, nanos))
                .isEqualTo(Verdict.WRONG);
        assertThat(verifier.verify(ALICE, secret, digits(secret.code(step - 1)), NOON, nanos))
                .isEqualTo(Verdict.ACCEPTED);
        assertThat(verifier.verify(ALICE, secret, digits(secret.code(step + 1)), NOON, nanos))
                .isEqualTo(Verdict.ACCEPTED);
    }

    @Test
    void aStepCountsOnceAndNoneBeforeIt() {
        long step = TotpSecret.stepAt(NOON);
        assertThat(verify(ALICE, secret.code(step))).isEqualTo(Verdict.ACCEPTED);
        assertThat(verify(ALICE, secret.code(step))).isEqualTo(Verdict.WRONG);
        assertThat(verify(ALICE, secret.code(step - 1))).isEqualTo(Verdict.WRONG);
        assertThat(verifier.verify(ALICE, secret, digits(secret.code(step)), NOON - 3_600, nanos))
                .as("the clock was set back")
                .isEqualTo(Verdict.WRONG);
        assertThat(verify(BOB, secret.code(step)))
                .as("each user has steps of their own")
                .isEqualTo(Verdict.ACCEPTED);
    }

    @Test
    void tenWrongCodesLockOutForFifteenMinutes() {
        int right = secret.code(TotpSecret.stepAt(NOON));
        for (int i = 0; i < TotpVerifier.MAX_FAILURES; i++) {
            assertThat(verifier.isLockedOut(ALICE, nanos)).isFalse();
            assertThat(verify(ALICE, wrongCode())).isEqualTo(Verdict.WRONG);
        }
        assertThat(verify(ALICE, right)).isEqualTo(Verdict.LOCKED_OUT);
        nanos += Duration.ofMinutes(15).toNanos() - 1;
        assertThat(verify(ALICE, right)).isEqualTo(Verdict.LOCKED_OUT);
        assertThat(verifier.isLockedOut(BOB, nanos)).isFalse();
        nanos += 1;
        assertThat(verify(ALICE, right)).isEqualTo(Verdict.ACCEPTED);
    }

    @Test
    void aRightCodeStartsTheCountAnew() {
        for (int i = 0; i < TotpVerifier.MAX_FAILURES - 1; i++) {
            verify(ALICE, wrongCode());
        }
        assertThat(verify(ALICE, secret.code(TotpSecret.stepAt(NOON)))).isEqualTo(Verdict.ACCEPTED);
        for (int i = 0; i < TotpVerifier.MAX_FAILURES - 1; i++) {
            assertThat(verify(ALICE, wrongCode())).isEqualTo(Verdict.WRONG);
        }
        assertThat(verifier.isLockedOut(ALICE, nanos)).isFalse();
    }

    @Test
    void anAdminEndsALockOut() {
        for (int i = 0; i < TotpVerifier.MAX_FAILURES; i++) {
            verify(ALICE, wrongCode());
        }
        verifier.unlock(ALICE);
        assertThat(verify(ALICE, wrongCode())).isEqualTo(Verdict.WRONG);
        verifier.retain(Set.of(BOB));
        assertThat(verifier.isLockedOut(ALICE, nanos)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "12345", "1234567", "12345x", "-12345", "+12345", "１２３４５６", "12 456"})
    void whatIsNoCodeIsNoTry(String code) {
        for (int i = 0; i < 2 * TotpVerifier.MAX_FAILURES; i++) {
            assertThat(verifier.verify(ALICE, secret, code, NOON, nanos)).isEqualTo(Verdict.MALFORMED);
        }
    }

    /// Threat A03: 100 uses at once, exactly one counts.
    @Test
    void aCodeUsedByManyAtOnceCountsOnce() throws InterruptedException {
        String code = digits(secret.code(TotpSecret.stepAt(NOON)));
        AtomicInteger accepted = new AtomicInteger();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 100; i++) {
                threads.execute(() -> {
                    if (verifier.verify(ALICE, secret, code, NOON, nanos) == Verdict.ACCEPTED) {
                        accepted.incrementAndGet();
                    }
                });
            }
        }
        assertThat(accepted).hasValue(1);
    }

    private Verdict verify(UserId user, int code) {
        return verifier.verify(user, secret, digits(code), NOON, nanos);
    }

    /// A code that is right in none of the steps around noon.
    private int wrongCode() {
        long step = TotpSecret.stepAt(NOON);
        for (int code = 0; ; code++) {
            if (code != secret.code(step - 1) && code != secret.code(step) && code != secret.code(step + 1)) {
                return code;
            }
        }
    }

    private static String digits(int code) {
        return String.format(Locale.ROOT, "%06d", code);
    }
}
