@NullMarked
package dev.sekisho.control.show;

import org.jspecify.annotations.NullMarked;
