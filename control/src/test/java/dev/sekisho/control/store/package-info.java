@NullMarked
package dev.sekisho.control.store;

import org.jspecify.annotations.NullMarked;
