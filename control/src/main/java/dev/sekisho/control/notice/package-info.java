/// How a user hears of a challenge: in the portal, by push, by mail, by a webhook or ntfy topic of their own. Enter by
/// [dev.sekisho.control.notice.Notices].
///
/// Each way is a [dev.sekisho.control.challenge.ChallengeNotifier]. Links carry their secret behind `#`, which browsers
/// send to nobody. Imports `control.challenge`, `control.outbox`, `control.mail`, `control.push`, `control.outbound`.
@NullMarked
package dev.sekisho.control.notice;

import org.jspecify.annotations.NullMarked;
