@NullMarked
package dev.sekisho.control.remote;

import org.jspecify.annotations.NullMarked;
