@NullMarked
package dev.sekisho.control.web;

import org.jspecify.annotations.NullMarked;
