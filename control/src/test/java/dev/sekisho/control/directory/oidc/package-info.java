@NullMarked
package dev.sekisho.control.directory.oidc;

import org.jspecify.annotations.NullMarked;
