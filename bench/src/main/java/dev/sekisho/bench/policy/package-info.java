/// Benchmarks of compiled policies, and the policy of a large site that others measure with. Method and figures:
/// docs/benchmarks.md.
@NullMarked
package dev.sekisho.bench.policy;

import org.jspecify.annotations.NullMarked;
