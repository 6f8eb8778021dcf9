@NullMarked
package dev.sekisho.control.token;

import org.jspecify.annotations.NullMarked;
