@NullMarked
package dev.sekisho.control.role;

import org.jspecify.annotations.NullMarked;
