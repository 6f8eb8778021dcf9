/// Tests of rates.
@NullMarked
package dev.sekisho.control.traffic;

import org.jspecify.annotations.NullMarked;
