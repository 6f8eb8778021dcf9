/// The audit log as it is sent off the host: syslog and files that are appended to. Enter by
/// [dev.sekisho.control.audit.stream.AuditStreams].
///
/// The queue is the log itself: a stream knows the number of the last record that it sent, so nothing is lost while a
/// receiver is down, and a record may come twice after a crash. Signed checkpoints follow the records they cover.
/// Imports `control.audit` and `control.store`.
@NullMarked
package dev.sekisho.control.audit.stream;

import org.jspecify.annotations.NullMarked;
