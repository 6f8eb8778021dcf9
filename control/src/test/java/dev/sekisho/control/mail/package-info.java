@NullMarked
package dev.sekisho.control.mail;

import org.jspecify.annotations.NullMarked;
