/// Tests of resources.
@NullMarked
package dev.sekisho.control.resource;

import org.jspecify.annotations.NullMarked;
