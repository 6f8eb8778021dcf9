/// Counts tries to log in, so that nobody can guess for long. Enter by [dev.sekisho.control.tries.Tries].
///
/// A try is counted before it is judged, in the database: neither a restart nor another node nor a hundred tries at the
/// same moment get more of them. Imports `control.audit` and `control.store`.
@NullMarked
package dev.sekisho.control.tries;

import org.jspecify.annotations.NullMarked;
