/// Second factors: authenticator apps, passkeys, recovery codes, codes by mail. Enter by
/// [dev.sekisho.control.factor.SecondFactors], the one port through which a proof is judged: logins, step-up and
/// challenges of the network ask it.
///
/// A proof counts once, whatever the number of nodes and of tries at the same moment; tries are counted by
/// `control.tries`. Seeds of apps are kept sealed, of codes only hashes are kept. The only package that knows WebAuthn
/// and QR codes. Imports `control.user` and below, `control.totp`, `control.tries`. Source: RFC 6238, WebAuthn level 3,
/// NIST SP 800-63B.
@NullMarked
package dev.sekisho.control.factor;

import org.jspecify.annotations.NullMarked;
