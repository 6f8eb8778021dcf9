package dev.sekisho.control.token;

import dev.sekisho.control.store.Row;
import dev.sekisho.control.store.Sql;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.policy.Permission;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Tokens in the database. Stateless. Scopes stand there by label, separated by commas.
public final class JdbcTokenStore implements TokenStore {
    private static final String SELECT = "SELECT t.id, t.name, t.owner_id, u.name AS owner_name, t.scopes, t.sources,"
            + " t.created_at, t.expires_at, t.last_used_at, t.last_source"
            + " FROM api_token t JOIN app_user u ON u.id = t.owner_id";

    private static Token map(Row row) throws SQLException {
        return new Token(
                row.text("id"),
                row.text("name"),
                row.text("owner_id"),
                row.text("owner_name"),
                scopes(row.text("scopes")),
                parts(row.text("sources")),
                row.moment("created_at"),
                row.optionalMoment("expires_at"),
                row.optionalMoment("last_used_at"),
                row.optionalText("last_source"));
    }

    private static Set<Permission> scopes(String text) {
        return parts(text).stream()
                .map(Permission::of)
                .flatMap(Optional::stream)
                .collect(Collectors.toSet());
    }

    private static List<String> parts(String text) {
        return Arrays.stream(text.split(",")).filter(part -> !part.isEmpty()).toList();
    }

    @Override
    public void insert(Transaction transaction, Token token, byte[] hash) {
        Sql.of(transaction)
                .update(
                        "INSERT INTO api_token (id, name, owner_id, token_hash, scopes, sources, created_at,"
                                + " expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                        token.id(),
                        token.name(),
                        token.ownerId(),
                        hash,
                        token.scopes().stream().map(Permission::label).sorted().collect(Collectors.joining(",")),
                        String.join(",", token.sources()),
                        token.createdAt(),
                        token.expiresAt());
    }

    @Override
    public Optional<Token> byHash(Transaction transaction, byte[] hash) {
        return Sql.of(transaction)
                .first(JdbcTokenStore::map, SELECT + " WHERE t.token_hash = ? AND u.disabled = 0", hash);
    }

    @Override
    public Optional<Token> find(Transaction transaction, String id) {
        return Sql.of(transaction).first(JdbcTokenStore::map, SELECT + " WHERE t.id = ?", id);
    }

    @Override
    public List<Token> of(Transaction transaction, String ownerId) {
        return Sql.of(transaction)
                .list(JdbcTokenStore::map, SELECT + " WHERE t.owner_id = ? ORDER BY t.id DESC", ownerId);
    }

    @Override
    public boolean delete(Transaction transaction, String id) {
        return Sql.of(transaction).update("DELETE FROM api_token WHERE id = ?", id) == 1;
    }

    @Override
    public void used(Transaction transaction, String id, Instant at, String source) {
        Sql.of(transaction)
                .update(
                        "UPDATE api_token SET last_used_at = ?, last_source = ? WHERE id = ?"
                                + " AND (last_used_at IS NULL OR last_used_at <= ?)",
                        at,
                        source,
                        id,
                        at);
    }
}
