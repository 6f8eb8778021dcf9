/// Tests of the network module as a whole: stores on both databases, the API, and the way into the data plane.
@NullMarked
package dev.sekisho.control.enforce;

import org.jspecify.annotations.NullMarked;
