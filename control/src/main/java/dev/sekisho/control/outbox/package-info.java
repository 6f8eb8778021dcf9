/// What the server sends to others: mails, alerts, notices. A message is in the database before anybody is told that it
/// will be sent, is tried again with growing pauses, and ends as sent or dead. Enter by
/// [dev.sekisho.control.outbox.Outbox].
///
/// Messages are sealed at rest, for they may hold links and codes. Imports `control.store`, `control.audit`,
/// `control.web` (JSON).
@NullMarked
package dev.sekisho.control.outbox;

import org.jspecify.annotations.NullMarked;
