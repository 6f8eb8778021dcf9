@NullMarked
package dev.sekisho.control.log;

import org.jspecify.annotations.NullMarked;
