/// The REST face of the audit log. Enter by [dev.sekisho.control.audit.web.AuditApi].
///
/// Apart from `control.audit`, whose actors `control.web` knows. Imports `control.audit`, `control.web` and
/// `control.store`.
@NullMarked
package dev.sekisho.control.audit.web;

import org.jspecify.annotations.NullMarked;
