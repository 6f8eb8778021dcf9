/// The certificate of the HTTPS server: made at first start, read from PEM files, exchanged while the server runs.
/// Enter
/// by [dev.sekisho.control.tls.Certificates].
///
/// The one place outside of `secret` that makes certificates with Bouncy Castle. Imports nothing of ours.
@NullMarked
package dev.sekisho.control.tls;

import org.jspecify.annotations.NullMarked;
