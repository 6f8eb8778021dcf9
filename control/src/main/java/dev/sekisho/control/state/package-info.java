/// What outlives the process: the state directory and the locks in it. Enter by
/// [dev.sekisho.control.state.StateDirectory] and [dev.sekisho.control.state.LockStore].
///
/// Imports `policy`, `dataplane.flow` (the reasons of locks) and Gson.
@NullMarked
package dev.sekisho.control.state;

import org.jspecify.annotations.NullMarked;
