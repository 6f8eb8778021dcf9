/// Small programs that make traffic inside a namespace and tell on standard output what came of it. One process each,
/// run
/// by [dev.sekisho.it.traffic.TrafficMain]; the tests start them through [dev.sekisho.it.lab.Traffic].
@NullMarked
package dev.sekisho.it.traffic;

import org.jspecify.annotations.NullMarked;
