@NullMarked
package dev.sekisho.control.local;

import org.jspecify.annotations.NullMarked;
