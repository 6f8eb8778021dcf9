@NullMarked
package dev.sekisho.control.run;

import org.jspecify.annotations.NullMarked;
