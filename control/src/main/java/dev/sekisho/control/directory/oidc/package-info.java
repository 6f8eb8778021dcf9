/// Logins at an OpenID provider: authorization code with PKCE. Enter by
/// [dev.sekisho.control.directory.oidc.OidcLogins] and [dev.sekisho.control.directory.oidc.OidcConnector].
///
/// A login is bound to one browser by a cookie and to one provider by its state; a code is used once. What the provider
/// signs is believed only after all checks of [dev.sekisho.control.directory.oidc.IdTokens]. Requests to providers go
/// out by the port [dev.sekisho.control.directory.oidc.Outgoing]. The only package that knows the JOSE library. Source:
/// OpenID Connect Core 1.0 section 3.1, Discovery 1.0, RFC 7636, RFC 9207, RFC 9700.
@NullMarked
package dev.sekisho.control.directory.oidc;

import org.jspecify.annotations.NullMarked;
