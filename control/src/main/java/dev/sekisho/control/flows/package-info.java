/// What the checkpoint decided, as JSON and on disk. Enter by [dev.sekisho.control.flows.FlowLog]; the
/// form of each line is in [dev.sekisho.control.flows.EventJson].
///
/// Written by one thread, off the packet path. Imports `dataplane.flow`, `policy` and Gson.
@NullMarked
package dev.sekisho.control.flows;

import org.jspecify.annotations.NullMarked;
