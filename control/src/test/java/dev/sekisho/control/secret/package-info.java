@NullMarked
package dev.sekisho.control.secret;

import org.jspecify.annotations.NullMarked;
