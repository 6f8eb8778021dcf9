/// Logins at other sites, whatever the protocol.
@NullMarked
package dev.sekisho.control.directory.redirect;

import org.jspecify.annotations.NullMarked;
