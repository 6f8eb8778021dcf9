@NullMarked
package dev.sekisho.control.server;

import org.jspecify.annotations.NullMarked;
