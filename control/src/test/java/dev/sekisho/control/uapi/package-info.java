@NullMarked
package dev.sekisho.control.uapi;

import org.jspecify.annotations.NullMarked;
