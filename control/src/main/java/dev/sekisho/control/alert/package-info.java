/// Alerts: what happens, told to people elsewhere. Enter by [dev.sekisho.control.alert.AlertChannels] and
/// [dev.sekisho.control.alert.AlertRouter].
///
/// A channel names where (mail, HTTP, Slack-style webhook, ntfy, syslog) and which events; the router turns committed
/// events into messages of the outbox. Imports `control.store`, `control.audit`, `control.outbox`, `control.outbound`,
/// `control.mail`, `control.web`.
@NullMarked
package dev.sekisho.control.alert;

import org.jspecify.annotations.NullMarked;
