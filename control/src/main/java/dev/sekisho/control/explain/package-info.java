/// Answers about what is in force: why somebody may reach something or not (product line R08), which flows there are,
/// what I may reach, how the network is. Enter by [dev.sekisho.control.explain.ExplainApi] and
/// [dev.sekisho.control.explain.ReachApi].
///
/// Changes nothing. Imports `control.enforce` and the network's features.
@NullMarked
package dev.sekisho.control.explain;

import org.jspecify.annotations.NullMarked;
