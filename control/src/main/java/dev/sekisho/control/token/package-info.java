/// API tokens, service accounts, the tokens of the local socket: how programs come in. Enter by
/// [dev.sekisho.control.token.Tokens].
///
/// Of a token only its hash is kept. What it may do is looked at when it is used: its scopes, as far as its owner may
/// do them then. Imports `control.user` and below.
@NullMarked
package dev.sekisho.control.token;

import org.jspecify.annotations.NullMarked;
