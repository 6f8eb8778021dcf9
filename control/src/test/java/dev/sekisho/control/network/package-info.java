@NullMarked
package dev.sekisho.control.network;

import org.jspecify.annotations.NullMarked;
