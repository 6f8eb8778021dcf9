/// Challenges: somebody who touches something is asked for a second factor, answers, and what waits goes on. Enter by
/// [dev.sekisho.control.challenge.Challenges].
///
/// One engine for packets, proxies, applications and actions of administrators: open (idempotent by key), notify,
/// settle, expire. State is in the database, so that every node sees the same. Imports `control.store`,
/// `control.audit`, `control.web` (its REST face); second factors and notices come in by ports.
@NullMarked
package dev.sekisho.control.challenge;

import org.jspecify.annotations.NullMarked;
