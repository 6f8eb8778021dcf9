@NullMarked
package dev.sekisho.control.totp;

import org.jspecify.annotations.NullMarked;
