/// The host as a gateway between a tunnel and the networks behind it: the UP and DOWN scripts that an operator reads,
/// keeps or runs.
///
/// Enter by [dev.sekisho.control.network.UpScript] with a [dev.sekisho.control.network.NetworkPlan]. Plans are
/// immutable
/// values and scripts are text; nothing here touches the host. All that stands in a script is a number, a canonical
/// address or a name from a small alphabet, so no text of an operator's reaches the shell.
@NullMarked
package dev.sekisho.control.network;

import org.jspecify.annotations.NullMarked;
