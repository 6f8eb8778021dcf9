@NullMarked
package dev.sekisho.control.push;

import org.jspecify.annotations.NullMarked;
