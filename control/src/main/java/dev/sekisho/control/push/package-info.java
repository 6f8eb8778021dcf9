/// Push messages to installed portals and browsers: Web Push (RFC 8030, 8291, 8292) with a key pair of this server's
/// own,
/// through the push service of the browser's maker. What is pushed is encrypted for the browser. Enter by
/// [dev.sekisho.control.push.PushSubscriptions] and [dev.sekisho.control.push.PushSender].
///
/// Imports `control.store`, `control.audit`, `control.outbox`, `control.outbound`, `control.web`.
@NullMarked
package dev.sekisho.control.push;

import org.jspecify.annotations.NullMarked;
