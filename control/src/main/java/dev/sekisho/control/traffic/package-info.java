/// How fast counters grow. Enter at [dev.sekisho.control.traffic.TrafficMeter], which reads the counters of a
/// data plane once a second on a thread of its own; the arithmetic is [dev.sekisho.control.traffic.Rates],
/// without clock or thread. The packet path only counts and knows nothing of this. May import `dataplane.run`
/// and `dataplane.noise`.
@NullMarked
package dev.sekisho.control.traffic;

import org.jspecify.annotations.NullMarked;
