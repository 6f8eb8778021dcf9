@NullMarked
package dev.sekisho.control.state;

import org.jspecify.annotations.NullMarked;
