/// The audit log: every service action as a record, in the transaction of the change that it tells of. Enter by
/// [dev.sekisho.control.audit.UnitOfWork], the only way to write to the database.
///
/// A [dev.sekisho.control.audit.ControlEvent] is a record of a sealed family, one file per feature. Auditors enter by
/// [dev.sekisho.control.audit.Audits]; without the server by [dev.sekisho.control.audit.AuditVerifier].
///
/// Record `n` is leaf `n - 1` of a Merkle tree (RFC 9162). Its bytes are one line of JSON in plain ASCII, the fields in
/// this order, without spaces:
/// ```
/// {"seq":1,"at":"2026-11-30T12:00:00.123Z","actor":"ann","actorId":"..","via":"SESSION","source":"10.0.0.1",
///  "action":"user.created","target":"bob","details":{..}}
/// ```
/// `actorId` is left out when there is none. Control characters and all
/// that is not ASCII are escaped as JSON does, with four digits.
///
/// An export is a file of lines, each ended by a line feed: a head, then records, and after the last record of each
/// checkpoint the checkpoint:
/// ```
/// {"sekishoAudit":1,"key":"NAME+HASH+KEY","after":0,"peaks":""}
/// {"seq":1,..}
/// {"checkpoint":"ORIGIN\nSIZE\nROOT\ntimestamp MILLIS\n\n(dash) NAME SIGNATURE\n"}
/// ```
/// The note inside a checkpoint is described at [dev.sekisho.control.merkle.Checkpoint] and
/// [dev.sekisho.control.merkle.NoteKey].
///
/// Imports `control.store`, `control.merkle` and `control.state`.
@NullMarked
package dev.sekisho.control.audit;

import org.jspecify.annotations.NullMarked;
