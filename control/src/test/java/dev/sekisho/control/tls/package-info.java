@NullMarked
package dev.sekisho.control.tls;

import org.jspecify.annotations.NullMarked;
