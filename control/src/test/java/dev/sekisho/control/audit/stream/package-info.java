@NullMarked
package dev.sekisho.control.audit.stream;

import org.jspecify.annotations.NullMarked;
