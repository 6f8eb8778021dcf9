/// The network benchmark: implementations as pairs in namespaces, measured in turn (A B A B, then B A B A ...), all
/// labs up
/// at once, so that whatever the machine does meanwhile meets all of them alike. Only ratios of the same round are
/// quoted.
///
/// One thread; it owns every lab. Start with [dev.sekisho.bench.netns.NetnsBench].
@NullMarked
package dev.sekisho.bench.netns;

import org.jspecify.annotations.NullMarked;
