/// IP resources: what can be granted (product lines R01, R02), and on what terms it may be requested (R06). Enter by
/// [dev.sekisho.control.resource.Resources].
///
/// Imports `control.people`, `control.policy` (values as text), `control.audit`, `control.store` and `control.web`.
@NullMarked
package dev.sekisho.control.resource;

import org.jspecify.annotations.NullMarked;
