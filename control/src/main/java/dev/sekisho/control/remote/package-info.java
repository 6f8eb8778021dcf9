/// The client of the API, as the command line uses it: HTTPS to one server, whose key is pinned or vouched for by the
/// host's authorities; problem documents become sentences.
///
/// Entry point: [Remote]. Knows nothing of commands and prints nothing.
@NullMarked
package dev.sekisho.control.remote;

import org.jspecify.annotations.NullMarked;
