/// A deterministic world for tunnels: clock, network and nodes that share one seed, and a naive model of what
/// must happen.
///
/// Enter through `SimTest`. A failing run prints its seed, its options and its log; `-Dsim.seed=` runs that
/// seed alone.
@NullMarked
package dev.sekisho.dataplane.sim;

import org.jspecify.annotations.NullMarked;
