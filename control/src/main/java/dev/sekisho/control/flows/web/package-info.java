/// The flow log for people: search, export, retention, top talkers and charts over REST, and what is told live.
/// Enter by [dev.sekisho.control.flows.web.FlowLogApi], [dev.sekisho.control.flows.web.FlowStatsApi] and
/// [dev.sekisho.control.flows.web.FlowLogSettings].
///
/// Settings are in the database and hold for all nodes; the log itself is each node's own, so every answer names
/// the node that it is about.
@NullMarked
package dev.sekisho.control.flows.web;

import org.jspecify.annotations.NullMarked;
