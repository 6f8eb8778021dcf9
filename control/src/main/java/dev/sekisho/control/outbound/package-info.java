/// HTTP requests that the server makes itself: webhooks, push services, chat. Enter by
/// [dev.sekisho.control.outbound.Outbound].
///
/// Where they may go is decided here, by address, after the name was resolved and before anything is sent
/// ([dev.sekisho.control.outbound.DestinationGuard]): an administrator of the portal can't make the server talk to the
/// network behind it (threat P10). The only package that knows Jetty's client.
@NullMarked
package dev.sekisho.control.outbound;

import org.jspecify.annotations.NullMarked;
