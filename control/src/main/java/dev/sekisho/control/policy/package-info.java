/// The policy file of `sekisho up`: read, checked as a whole, and read again when it changes. Enter by
/// [dev.sekisho.control.policy.PolicyFile].
///
/// The file is YAML; every problem is told with line and key, and no message repeats what could be a
/// secret. It is read as a stream of events, one list item at a time, so that a file with 100,000 grants
/// needs little more memory than the grants. Imports `policy`, `crypto`, `control.tunnel` (addresses and
/// keys as text) and `control.totp`. Reference of all
/// keys: `docs/policy-file.md`. Source: YAML 1.2.
@NullMarked
package dev.sekisho.control.policy;

import org.jspecify.annotations.NullMarked;
