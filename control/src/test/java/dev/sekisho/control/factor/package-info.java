@NullMarked
package dev.sekisho.control.factor;

import org.jspecify.annotations.NullMarked;
