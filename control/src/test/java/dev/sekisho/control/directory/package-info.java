@NullMarked
package dev.sekisho.control.directory;

import org.jspecify.annotations.NullMarked;
