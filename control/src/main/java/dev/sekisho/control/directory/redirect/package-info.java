/// Logins for which the browser goes to another site and comes back, whatever the protocol. Enter by
/// [dev.sekisho.control.directory.redirect.PendingLogins].
///
/// A login is bound to one browser by a secret in a cookie, to one directory by its state, and ends once. The packages
/// of the protocols say what is sent and what is believed of the answer; what follows from it is
/// [dev.sekisho.control.directory.redirect.LoginOutcome]. Product line C05.
@NullMarked
package dev.sekisho.control.directory.redirect;

import org.jspecify.annotations.NullMarked;
