/// The command line: `sekisho COMMAND`. Parses arguments, wires the parts together, turns exceptions into one line on
/// standard error and an exit code: 0 success, 1 failure, 2 wrong usage.
///
/// No state lives here but that of the running command. Nothing imports this package.
@NullMarked
package dev.sekisho.control.cli;

import org.jspecify.annotations.NullMarked;
