/// Unix domain sockets that only this host's owner of the process can reach. Enter by
/// [dev.sekisho.control.local.LocalServer].
///
/// Knows nothing of what is said over them. Imports the JDK alone. Source: unix(7).
@NullMarked
package dev.sekisho.control.local;

import org.jspecify.annotations.NullMarked;
