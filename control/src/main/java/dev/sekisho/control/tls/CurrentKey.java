package dev.sekisho.control.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/// Shows each new connection the identity that is current then; open connections keep theirs. Thread-safe.
///
/// A handshake asks for the chain and for the key apart, so the one before stays known: by its fingerprint, which is
/// the
/// alias.
final class CurrentKey extends X509ExtendedKeyManager {
    private volatile List<ServerIdentity> known;

    CurrentKey(ServerIdentity first) {
        this.known = List.of(first);
    }

    /// What new connections are shown.
    ServerIdentity current() {
        return known.getFirst();
    }

    /// From now on new connections are shown this one. One thread at a time.
    void show(ServerIdentity next) {
        known = List.of(next, current());
    }

    private Optional<ServerIdentity> find(String alias) {
        return known.stream()
                .filter(identity -> identity.fingerprint().equals(alias))
                .findFirst();
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        ServerIdentity identity = current();
        return keyType.equals(identity.key().getAlgorithm()) ? identity.fingerprint() : null;
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return chooseEngineServerAlias(keyType, issuers, null);
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        return find(alias)
                .map(identity -> identity.chain().toArray(X509Certificate[]::new))
                .orElse(null);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        return find(alias).map(ServerIdentity::key).orElse(null);
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        String alias = chooseEngineServerAlias(keyType, issuers, null);
        return alias == null ? null : new String[] {alias};
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }
}
