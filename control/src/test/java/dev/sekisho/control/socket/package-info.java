@NullMarked
package dev.sekisho.control.socket;

import org.jspecify.annotations.NullMarked;
