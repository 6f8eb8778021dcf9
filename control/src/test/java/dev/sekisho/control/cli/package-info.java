@NullMarked
package dev.sekisho.control.cli;

import org.jspecify.annotations.NullMarked;
