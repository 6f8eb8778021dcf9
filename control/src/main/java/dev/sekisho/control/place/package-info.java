/// Where on earth an address is, told by a database that the administrator laid on this host; nobody outside is asked.
/// Enter at [dev.sekisho.control.place.Places].
///
/// The format is MaxMind DB 2.0, in which GeoLite2, GeoIP2, DB-IP and IPinfo come. What is found is a hint for people,
/// and decides nothing. Imports no other package of this module.
@NullMarked
package dev.sekisho.control.place;

import org.jspecify.annotations.NullMarked;
