/// Tests of the module's own logic; what is served and kept is tested in `control.enforce`.
@NullMarked
package dev.sekisho.control.device;

import org.jspecify.annotations.NullMarked;
