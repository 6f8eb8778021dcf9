/// Logging in: passwords, login sessions, lock-out, codes of the command line. Enter by
/// [dev.sekisho.control.login.Logins] and [dev.sekisho.control.login.Sessions].
///
/// A login goes through stages ([dev.sekisho.control.login.Stage]); until the last one its session opens nothing but
/// what leads there. Of passwords and session secrets only hashes are kept. External directories come in by the port
/// [dev.sekisho.control.login.Directory]; their passwords are checked there and kept nowhere (product line S04).
/// Imports `control.factor`, `control.token` and below. Source: NIST SP 800-63B, RFC 9106, RFC 6265bis.
@NullMarked
package dev.sekisho.control.login;

import org.jspecify.annotations.NullMarked;
