/// Search of the flow log: flows that have ended and attempts that were refused, the newest first. Enter by
/// [dev.sekisho.control.flows.search.FlowSearch].
///
/// Reads the files of `control.flows` from their ends, leaves out what their indexes rule out, and stops at a
/// budget of bytes, so that a page costs a bounded time and memory whatever is asked. Nothing is kept between
/// pages: a cursor is a place in a file, which stays right while the log grows, rotates and loses its oldest
/// files.
///
/// Imports `control.flows`, `policy` and Gson.
@NullMarked
package dev.sekisho.control.flows.search;

import org.jspecify.annotations.NullMarked;
