@NullMarked
package dev.sekisho.control.tunnel;

import org.jspecify.annotations.NullMarked;
