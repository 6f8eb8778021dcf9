@NullMarked
package dev.sekisho.control.outbound;

import org.jspecify.annotations.NullMarked;
