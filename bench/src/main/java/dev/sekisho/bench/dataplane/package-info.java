/// Benchmarks of the data plane without system calls. Method and figures: docs/benchmarks.md.
@NullMarked
package dev.sekisho.bench.dataplane;

import org.jspecify.annotations.NullMarked;
