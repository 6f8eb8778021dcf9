@NullMarked
package dev.sekisho.control.alert;

import org.jspecify.annotations.NullMarked;
