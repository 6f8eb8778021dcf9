/// What tests of several packages share. Enter through [Seeds]. No state.
@NullMarked
package dev.sekisho.dataplane.testkit;

import org.jspecify.annotations.NullMarked;
