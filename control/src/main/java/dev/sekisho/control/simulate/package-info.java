/// What a change of the policy would do, before it is made: the policy of the database and the same with a
/// draft in it are compiled here, apart from the one in force, and compared: by who reaches what, and by the
/// flows of the past days.
/// Enter by [dev.sekisho.control.simulate.Simulations]; `SimulateApi` serves it. Nothing is written, nobody's
/// packets are decided here.
@NullMarked
package dev.sekisho.control.simulate;

import org.jspecify.annotations.NullMarked;
