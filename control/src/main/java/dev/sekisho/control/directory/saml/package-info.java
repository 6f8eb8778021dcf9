/// Logins at a SAML 2.0 identity provider: Web Browser SSO, request by HTTP-Redirect, response by HTTP-POST. We are the
/// service provider. Enter by [dev.sekisho.control.directory.saml.SamlLogins] and
/// [dev.sekisho.control.directory.saml.SamlConnector].
///
/// What comes from a browser is taken apart in this order, and each step sees only what the one before let through:
/// [dev.sekisho.control.directory.saml.Xml] (a hardened parser), [dev.sekisho.control.directory.saml.Signatures] (the
/// JDK's XML signatures under a narrow profile; **what is read afterwards is parsed again from the very bytes that were
/// digested**, so nothing unsigned is left to be confused with), [dev.sekisho.control.directory.saml.Responses] and
/// [dev.sekisho.control.directory.saml.Assertions] (for us, for this login, of now). The only package that knows
/// `javax.xml.crypto`. Why not a library: `docs/adr/0009`. Source: SAML 2.0 Core, Bindings 3.4 and 3.5, Profiles 4.1,
/// Metadata; XML Signature 1.1.
@NullMarked
package dev.sekisho.control.directory.saml;

import org.jspecify.annotations.NullMarked;
