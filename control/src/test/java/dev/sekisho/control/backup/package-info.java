@NullMarked
package dev.sekisho.control.backup;

import org.jspecify.annotations.NullMarked;
