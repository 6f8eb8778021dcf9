/// Benchmarks of the primitives: ours against the JDK, BouncyCastle and OpenSSL, in one run. Method and
/// figures: docs/benchmarks.md.
@NullMarked
package dev.sekisho.bench.crypto;

import org.jspecify.annotations.NullMarked;
