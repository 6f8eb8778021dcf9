/// Grants: who may reach which resource, or must not, and when (product lines R03-R05, R07). Enter by
/// [dev.sekisho.control.grant.Grants].
///
/// Imports `control.resource`, `control.people`, `control.policy` (values as text), `control.audit`, `control.store`
/// and `control.web`.
@NullMarked
package dev.sekisho.control.grant;

import org.jspecify.annotations.NullMarked;
