@NullMarked
package dev.sekisho.control.outbox;

import org.jspecify.annotations.NullMarked;
