/// What the flow log adds up to: sums per minute for charts, and the names with the most bytes and refusals per
/// ten minutes for top talkers. Enter by [dev.sekisho.control.flows.stats.FlowStats].
///
/// Counted as events come and kept in small files by day beside the flow log, so that a chart of a week reads no
/// log. Every line of these files is a part that is added to the others, so a restart in the middle of a minute
/// loses nothing but what was not written yet.
@NullMarked
package dev.sekisho.control.flows.stats;

import org.jspecify.annotations.NullMarked;
