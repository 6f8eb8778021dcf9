package dev.sekisho.control.token;

import dev.sekisho.control.role.Authority;
import dev.sekisho.control.web.Authenticator;
import dev.sekisho.control.web.Principal;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Short-lived tokens for the command line of the host's administrator, given out over the local socket, which only
/// they can open. They live in memory: a restart ends them. Thread-safe.
public final class RootTokens implements Authenticator {
    /// Longest life.
    public static final Duration MAX_LIFE = Duration.ofMinutes(10);

    /// More than are ever in use; the oldest goes first.
    private static final int MAX = 256;

    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Instant> ends = new LinkedHashMap<>();

    public RootTokens(InstantSource clock) {
        this.clock = clock;
    }

    /// A new token.
    ///
    /// @param life at most [#MAX_LIFE]
    public synchronized String mint(Duration life) {
        if (life.isNegative() || life.isZero() || life.compareTo(MAX_LIFE) > 0) {
            throw new IllegalArgumentException("a token of the local socket lives for up to ten minutes");
        }
        Instant now = clock.instant();
        ends.values().removeIf(end -> !now.isBefore(end));
        Iterator<String> oldest = ends.keySet().iterator();
        while (ends.size() >= MAX) {
            oldest.next();
            oldest.remove();
        }
        String token = TokenText.next(random, TokenText.ROOT);
        ends.put(key(token), now.plus(life));
        return token;
    }

    @Override
    public Optional<Authenticated> authenticate(Credentials credentials) {
        return credentials
                .bearer()
                .filter(text -> TokenText.isToken(text, TokenText.ROOT))
                .filter(this::isAlive)
                .map(_ -> new Authenticated(root(credentials.source()), Optional.empty()));
    }

    private synchronized boolean isAlive(String token) {
        Instant end = ends.get(key(token));
        return end != null && clock.instant().isBefore(end);
    }

    private static Principal root(String source) {
        Principal root = Authority.ROOT;
        return new Principal(
                root.userId(),
                root.name(),
                root.via(),
                root.credentialId(),
                root.permissions(),
                root.complete(),
                root.secondFactorAt(),
                source);
    }

    /// Looked up by hash, so that the time of a look-up says nothing about tokens.
    private static String key(String token) {
        return HexFormat.of().formatHex(TokenText.hash(token));
    }
}
