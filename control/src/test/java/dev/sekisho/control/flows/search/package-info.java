/// Tests of the search in the flow log.
@NullMarked
package dev.sekisho.control.flows.search;

import org.jspecify.annotations.NullMarked;
