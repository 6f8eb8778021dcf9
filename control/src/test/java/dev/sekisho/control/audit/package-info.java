@NullMarked
package dev.sekisho.control.audit;

import org.jspecify.annotations.NullMarked;
