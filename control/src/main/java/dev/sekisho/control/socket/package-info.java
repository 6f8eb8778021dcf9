/// The control socket of a running checkpoint: what an administrator on the host may ask and change. Enter
/// by [dev.sekisho.control.socket.ControlService] on the server's side,
/// [dev.sekisho.control.socket.ControlClient] on the other.
///
/// One JSON object per line in both directions; the verbs are in
/// [dev.sekisho.control.socket.ControlService]. What the data plane has to offer is the port
/// [dev.sekisho.control.socket.Enforcer]. Imports `control.local`, `control.policy`, `control.totp`,
/// `dataplane.flow`, `policy` and Gson.
@NullMarked
package dev.sekisho.control.socket;

import org.jspecify.annotations.NullMarked;
