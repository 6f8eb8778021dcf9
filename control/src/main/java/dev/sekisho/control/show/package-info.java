/// The state of interfaces as text: the layouts of `wg show`. Pure functions of a status, a clock reading and a
/// palette; no state. Source: wg(8), `show`.
@NullMarked
package dev.sekisho.control.show;

import org.jspecify.annotations.NullMarked;
