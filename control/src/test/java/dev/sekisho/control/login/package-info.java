@NullMarked
package dev.sekisho.control.login;

import org.jspecify.annotations.NullMarked;
