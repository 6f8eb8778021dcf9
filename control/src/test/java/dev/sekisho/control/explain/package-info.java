/// Answers about the network over HTTP.
@NullMarked
package dev.sekisho.control.explain;

import org.jspecify.annotations.NullMarked;
