@NullMarked
package dev.sekisho.control.policy;

import org.jspecify.annotations.NullMarked;
