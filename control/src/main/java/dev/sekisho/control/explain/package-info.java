/// Answers about what is in force: why somebody may reach something or not (product line R08), which flows there are,
/// what I may reach, how the network is, and a map of it. Enter by [dev.sekisho.control.explain.WhyApi],
/// [dev.sekisho.control.explain.ExplainApi], [dev.sekisho.control.explain.ReachApi] and
/// [dev.sekisho.control.explain.MapApi].
///
/// Changes nothing. Imports `control.enforce` and the network's features.
@NullMarked
package dev.sekisho.control.explain;

import org.jspecify.annotations.NullMarked;
