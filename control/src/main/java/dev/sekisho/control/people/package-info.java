/// Who there is, as the network needs to know it: names of users and roles, and who has which role. Enter by
/// [dev.sekisho.control.people.People].
///
/// Reads the tables of users and roles; changes nothing. Imports `control.role` (how names
/// are compared), `control.store` and `policy`.
@NullMarked
package dev.sekisho.control.people;

import org.jspecify.annotations.NullMarked;
