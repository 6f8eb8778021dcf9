/// Time-based one-time passwords: the second factor that every phone has. Enter by
/// [dev.sekisho.control.totp.TotpVerifier].
///
/// Pure computation; the caller brings the time. Secrets are wiped by whoever holds them and shown by
/// nobody. Imports `crypto`, `policy` and the JDK's HMAC. Source: RFC 6238, RFC 4226, RFC 4648 section 6.
@NullMarked
package dev.sekisho.control.totp;

import org.jspecify.annotations.NullMarked;
