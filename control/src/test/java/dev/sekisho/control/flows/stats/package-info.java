/// Tests of what flows add up to.
@NullMarked
package dev.sekisho.control.flows.stats;

import org.jspecify.annotations.NullMarked;
