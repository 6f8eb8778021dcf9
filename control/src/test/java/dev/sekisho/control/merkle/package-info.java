@NullMarked
package dev.sekisho.control.merkle;

import org.jspecify.annotations.NullMarked;
