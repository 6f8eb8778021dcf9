/// Mail: the server that takes it, and what is written. Enter by [dev.sekisho.control.mail.Mails].
///
/// Messages go through the outbox. The only package that knows Jakarta Mail. Imports `control.store`,
/// `control.audit`, `control.outbox`, `control.web` (its REST face).
@NullMarked
package dev.sekisho.control.mail;

import org.jspecify.annotations.NullMarked;
