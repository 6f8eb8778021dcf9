/// Constants of the data plane: what the protocol fixes and what we bound.
@NullMarked
package dev.sekisho.dataplane;

import org.jspecify.annotations.NullMarked;
