/// WireGuard's cross-platform configuration protocol: what `wg` speaks to a userspace implementation.
///
/// A client connects to `/var/run/wireguard/NAME.sock` and sends operations; each is lines `key=value\n`, ended by an
/// empty line:
/// ```text
/// get=1\n\n                                    ->  private_key=<64 hex>\n ... public_key=<64 hex>\n ... errno=0\n\n
/// set=1\nlisten_port=51820\n ... \n            ->  errno=0\n\n
/// ```
/// `errno` is 0 or a negative error number. The codec ([dev.sekisho.control.uapi.UapiConversation] and below) sees only
/// byte streams; [dev.sekisho.control.uapi.UapiServer] owns the socket and runs each connection on a virtual thread.
/// Everything read is bounded by [dev.sekisho.control.uapi.UapiLimits].
/// Source: www.wireguard.com/xplatform, "Configuration Protocol".
@NullMarked
package dev.sekisho.control.uapi;

import org.jspecify.annotations.NullMarked;
