/// Primitives, constant time, wiped secrets.
@NullMarked
package dev.sekisho.crypto;

import org.jspecify.annotations.NullMarked;
