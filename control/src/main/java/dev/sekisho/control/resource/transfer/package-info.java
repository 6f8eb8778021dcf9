/// Resources as files, in and out: CSV and JSON (product lines R01, R09). Enter by
/// [dev.sekisho.control.resource.transfer.ResourceImports] and [dev.sekisho.control.resource.transfer.ResourceExports].
///
/// A file goes through [dev.sekisho.control.resource.transfer.ResourceFile] to rows of texts, then by
/// [dev.sekisho.control.resource.transfer.RowReader] to resources, which are compared with those that there are.
/// Imports
/// `control.resource`, `control.people`, `control.policy`, `control.audit`, `control.store` and `control.web`.
@NullMarked
package dev.sekisho.control.resource.transfer;

import org.jspecify.annotations.NullMarked;
