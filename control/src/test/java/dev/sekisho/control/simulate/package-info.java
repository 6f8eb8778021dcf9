/// What drafts would do, against what they do.
@NullMarked
package dev.sekisho.control.simulate;

import org.jspecify.annotations.NullMarked;
