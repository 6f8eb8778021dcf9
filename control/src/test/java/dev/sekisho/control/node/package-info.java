/// Tests of nodes.
@NullMarked
package dev.sekisho.control.node;

import org.jspecify.annotations.NullMarked;
