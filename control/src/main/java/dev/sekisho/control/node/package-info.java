/// The servers that share one database: who they are, when each last gave a sign of life, and how a change on one is
/// noticed on the others. Enter by [dev.sekisho.control.node.Nodes] and [dev.sekisho.control.node.Follower].
///
/// A change is told by PostgreSQL's `NOTIFY` in its own transaction, so exactly when it holds; the number of the last
/// audit record, asked for every second, finds what a lost connection missed. Live news of one node reach the pages
/// that others serve the same way. SQLite has one node, and nothing of this runs.
///
/// Imports `control.store`, `control.audit`, `control.state` and `control.web` (its REST views, the stream of news).
@NullMarked
package dev.sekisho.control.node;

import org.jspecify.annotations.NullMarked;
