package dev.sekisho.control.factor;

import dev.sekisho.control.tries.Tries;

/// What second factors need of others. Immutable.
///
/// @param seals of `control.secret`
/// @param host under which name browsers reach the server
public record FactorTools(FactorStore store, Tries tries, Seals seals, Mailer mailer, PublicHost host) {
    /// What authenticator apps and passkey dialogs call the server.
    static final String ISSUER = "Sekisho";

    AuthenticatorApps apps() {
        return new AuthenticatorApps(store, seals, ISSUER);
    }
}
