@NullMarked
package dev.sekisho.control.flows;

import org.jspecify.annotations.NullMarked;
