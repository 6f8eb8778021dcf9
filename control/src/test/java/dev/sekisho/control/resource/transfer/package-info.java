/// Tests of resources as files.
@NullMarked
package dev.sekisho.control.resource.transfer;

import org.jspecify.annotations.NullMarked;
