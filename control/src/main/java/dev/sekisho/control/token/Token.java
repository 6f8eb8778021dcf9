package dev.sekisho.control.token;

import dev.sekisho.policy.Permission;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// An API token, without the token itself. Immutable.
///
/// @param scopes what it may do at most
/// @param sources blocks of addresses from which it may be used; empty = from everywhere
public record Token(
        String id,
        String name,
        String ownerId,
        String ownerName,
        Set<Permission> scopes,
        List<String> sources,
        Instant createdAt,
        Optional<Instant> expiresAt,
        Optional<Instant> lastUsedAt,
        Optional<String> lastSource) {
    public Token {
        scopes = Set.copyOf(scopes);
        sources = List.copyOf(sources);
    }
}
