/// Tests of [dev.sekisho.control.place.Places], with databases that [dev.sekisho.control.place.Mmdb] makes.
@NullMarked
package dev.sekisho.control.place;

import org.jspecify.annotations.NullMarked;
