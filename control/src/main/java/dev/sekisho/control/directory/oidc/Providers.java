package dev.sekisho.control.directory.oidc;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.util.JSONObjectUtils;
import dev.sekisho.control.directory.DirectoryException;
import java.net.URI;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// What providers publish, kept for a while. Thread-safe; two threads may ask for the same at once.
final class Providers {
    private static final Duration KEPT = Duration.ofHours(1);

    /// Tokens with keys that nobody knows make us ask for the keys no more often than this.
    private static final Duration ASKED_AGAIN = Duration.ofSeconds(30);

    /// A provider that failed is left alone for so long: logins fail at once.
    private static final Duration LEFT_ALONE = Duration.ofSeconds(10);

    private static final int MAX_CHARS = 256 << 10;
    private static final int MAX_KEPT = 64;

    private final Outgoing outgoing;
    private final InstantSource clock;
    private final Map<String, Kept<Metadata>> metadata = new ConcurrentHashMap<>();
    private final Map<URI, Kept<JWKSet>> keys = new ConcurrentHashMap<>();

    private final Map<String, Kept<DirectoryException>> failures = new ConcurrentHashMap<>();

    private record Kept<T>(T value, Instant at) {}

    Providers(Outgoing outgoing, InstantSource clock) {
        this.outgoing = outgoing;
        this.clock = clock;
    }

    /// What a provider says of itself.
    ///
    /// @throws DirectoryException at step `connect` or `discovery`
    Metadata metadata(OidcSettings settings) {
        String key = settings.issuer() + " " + settings.plain();
        Kept<Metadata> kept = metadata.get(key);
        if (kept != null && isFresh(kept, KEPT)) {
            return kept.value();
        }
        Kept<DirectoryException> failure = failures.get(key);
        if (failure != null && isFresh(failure, LEFT_ALONE)) {
            throw new DirectoryException(failure.value().step(), failure.value().detail(), failure.value());
        }
        try {
            Metadata read = Metadata.of(settings, object("discovery", settings.discovery()));
            keep(metadata, key, read);
            return read;
        } catch (DirectoryException e) {
            keep(failures, key, e);
            throw e;
        }
    }

    /// The keys with which a provider signs.
    ///
    /// @param newer whether those that are kept were not enough
    /// @throws DirectoryException at step `connect` or `keys`
    JWKSet keys(Metadata provider, boolean newer) {
        Kept<JWKSet> kept = keys.get(provider.keys());
        if (kept != null && isFresh(kept, newer ? ASKED_AGAIN : KEPT)) {
            return kept.value();
        }
        try {
            JWKSet read = JWKSet.parse(object("keys", provider.keys()));
            keep(keys, provider.keys(), read);
            return read;
        } catch (ParseException e) {
            throw new DirectoryException("keys", "the provider's keys can't be read", e);
        }
    }

    private boolean isFresh(Kept<?> kept, Duration life) {
        return clock.instant().isBefore(kept.at().plus(life));
    }

    private <K, V> void keep(Map<K, Kept<V>> map, K key, V value) {
        if (map.size() >= MAX_KEPT) {
            map.clear();
        }
        map.put(key, new Kept<>(value, clock.instant()));
    }

    private Map<String, Object> object(String step, URI uri) {
        Outgoing.Reply reply = outgoing.send("GET", uri, Map.of("Accept", "application/json"), new byte[0]);
        if (reply.status() != 200) {
            throw new DirectoryException(
                    step, uri.getHost() + " answers with status " + reply.status() + " at " + uri.getPath(), null);
        }
        return object(step, reply.body());
    }

    /// A JSON object.
    ///
    /// @throws DirectoryException at `step`
    static Map<String, Object> object(String step, @Nullable String text) {
        try {
            return JSONObjectUtils.parse(text == null ? "" : text, MAX_CHARS);
        } catch (ParseException e) {
            throw new DirectoryException(step, "the provider's answer is no JSON object", e);
        }
    }
}
