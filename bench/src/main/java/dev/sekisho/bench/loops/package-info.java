/// Measuring on machines that do other work as well.
@NullMarked
package dev.sekisho.bench.loops;

import org.jspecify.annotations.NullMarked;
