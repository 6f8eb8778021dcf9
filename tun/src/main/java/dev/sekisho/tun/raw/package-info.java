/// Memory by its address, for the tables of the data plane alone: as fast as arrays, and as unsafe as C.
@NullMarked
package dev.sekisho.tun.raw;

import org.jspecify.annotations.NullMarked;
