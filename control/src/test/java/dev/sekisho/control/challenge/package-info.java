@NullMarked
package dev.sekisho.control.challenge;

import org.jspecify.annotations.NullMarked;
