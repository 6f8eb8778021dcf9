package dev.sekisho.control.factor;

import dev.sekisho.control.store.Transaction;
import dev.sekisho.control.totp.TotpCodes;
import dev.sekisho.control.totp.TotpSecret;
import dev.sekisho.crypto.Wipe;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.OptionalLong;

/// Authenticator apps: their seeds and their codes. Thread-safe.
final class AuthenticatorApps {
    private final FactorStore store;
    private final Seals seals;
    private final String issuer;
    private final SecureRandom random = new SecureRandom();

    /// @param issuer what the app shows beside the user's name
    AuthenticatorApps(FactorStore store, Seals seals, String issuer) {
        this.store = store;
        this.seals = seals;
        this.issuer = issuer;
    }

    /// What an app is set up with; shown once.
    ///
    /// @param secret the seed in base 32
    /// @param uri the seed as apps read it from a QR code
    record Setup(String secret, String uri) {
        @Override
        public String toString() {
            return "Setup[hidden]";
        }
    }

    /// Adds an app; it counts when a code of it has been shown.
    Setup add(Transaction transaction, Factor factor, String userName) {
        try (TotpSecret secret = TotpSecret.random(random)) {
            String base32 = secret.base32();
            byte[] clear = base32.getBytes(StandardCharsets.US_ASCII);
            try {
                store.insertApp(transaction, factor, seals.seal(factor.id(), clear));
            } finally {
                Wipe.bytes(clear);
            }
            return new Setup(
                    base32,
                    "otpauth://totp/" + encode(issuer) + ":" + encode(userName) + "?secret=" + base32 + "&issuer="
                            + encode(issuer) + "&algorithm=SHA1&digits=6&period=" + TotpSecret.STEP_SECONDS);
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /// Whether the code is one of a confirmed app of the user; it is used up then.
    boolean use(Transaction transaction, String userId, String code, Instant now) {
        for (FactorStore.App app : store.apps(transaction, userId)) {
            if (app.factor().confirmed() && use(transaction, app, code, now)) {
                return true;
            }
        }
        return false;
    }

    /// Whether the code is one of this app; it is used up then, and the app is confirmed.
    boolean confirm(Transaction transaction, String userId, String id, String code, Instant now) {
        for (FactorStore.App app : store.apps(transaction, userId)) {
            if (app.factor().id().equals(id)) {
                return use(transaction, app, code, now);
            }
        }
        return false;
    }

    /// An app whose seed was lost with the installation's key proves nothing; an administrator resets it.
    private boolean use(Transaction transaction, FactorStore.App app, String code, Instant now) {
        if (app.sealed().length == 0) {
            return false;
        }
        byte[] clear = seals.open(app.factor().id(), app.sealed());
        try (TotpSecret secret = TotpSecret.parse(new String(clear, StandardCharsets.US_ASCII))) {
            OptionalLong step = TotpCodes.matchingStep(secret, code, now.getEpochSecond(), app.lastStep());
            return step.isPresent() && store.useStep(transaction, app.factor().id(), step.getAsLong(), now);
        } finally {
            Wipe.bytes(clear);
        }
    }
}
