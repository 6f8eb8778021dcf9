package dev.sekisho.control.token;

import dev.sekisho.policy.Cidr;
import dev.sekisho.policy.Permission;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// A token to be made. Immutable; the body of requests.
///
/// @param owner identity of a user or service account; without, oneself
/// @param scopes labels of what it may do at most
/// @param expiresAt without, a year from now
/// @param sources blocks of addresses from which it may be used; without, from everywhere
public record NewToken(
        String name,
        Optional<String> owner,
        List<String> scopes,
        Optional<Instant> expiresAt,
        Optional<List<String>> sources) {
    private static final int MAX_NAME = 64;
    private static final int MAX_SOURCES = 50;

    /// Checks it.
    ///
    /// @throws IllegalArgumentException with a sentence
    public NewToken {
        name = name.strip();
        if (name.isEmpty() || name.length() > MAX_NAME) {
            throw new IllegalArgumentException("a name has 1 to " + MAX_NAME + " characters");
        }
        if (name.codePoints().anyMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT)) {
            throw new IllegalArgumentException("a name has no control character");
        }
        for (String scope : scopes) {
            if (Permission.of(scope).isEmpty()) {
                throw new IllegalArgumentException(
                        "there is no permission '" + scope + "'; GET /roles shows those that there are");
            }
        }
        scopes = List.copyOf(scopes);
        sources = sources.map(blocks ->
                blocks.stream().map(block -> Cidr.parse(block).toString()).toList());
        if (sources.map(List::size).orElse(0) > MAX_SOURCES) {
            throw new IllegalArgumentException("a token has at most " + MAX_SOURCES + " sources");
        }
    }

    Set<Permission> permissions() {
        return scopes.stream().map(label -> Permission.of(label).orElseThrow()).collect(Collectors.toSet());
    }
}
