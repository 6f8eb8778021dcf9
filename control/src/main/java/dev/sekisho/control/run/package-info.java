/// A checkpoint run from a policy file: what belongs together and in which order it starts and ends. Enter
/// by [dev.sekisho.control.run.CheckpointRun].
///
/// The data plane comes in by the ports [dev.sekisho.control.run.CheckpointOpener] and
/// [dev.sekisho.control.run.OpenCheckpoint]. Imports the feature packages beside it, never `control.cli`.
@NullMarked
package dev.sekisho.control.run;

import org.jspecify.annotations.NullMarked;
