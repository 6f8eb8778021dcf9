/// One log: what third-party libraries say by SLF4J goes to `System.Logger`. Found by the service loader.
///
/// Imports nothing of ours.
@NullMarked
package dev.sekisho.control.log;

import org.jspecify.annotations.NullMarked;
