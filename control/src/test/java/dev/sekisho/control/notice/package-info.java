@NullMarked
package dev.sekisho.control.notice;

import org.jspecify.annotations.NullMarked;
