/// Benchmarks of the calls into the operating system: the foreign function interface and our ports over it,
/// against JNA and NIO, in one run. The only use of JNA. Method and figures: docs/benchmarks.md.
@NullMarked
package dev.sekisho.bench.tun;

import org.jspecify.annotations.NullMarked;
