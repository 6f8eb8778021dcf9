@NullMarked
package dev.sekisho.control.doctor;

import org.jspecify.annotations.NullMarked;
