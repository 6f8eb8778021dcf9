/// The audit log: every service action as a record, in the transaction of the change that it tells of. Enter by
/// [dev.sekisho.control.audit.UnitOfWork], the only way to write to the database.
///
/// A [dev.sekisho.control.audit.ControlEvent] is a record of a sealed family, one file per feature. Records are linked
/// by hashes. Imports `control.store` only.
@NullMarked
package dev.sekisho.control.audit;

import org.jspecify.annotations.NullMarked;
