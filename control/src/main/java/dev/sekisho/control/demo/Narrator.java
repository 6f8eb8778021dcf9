package dev.sekisho.control.demo;

import dev.sekisho.control.show.Palette;
import dev.sekisho.control.tunnel.Stop;
import java.io.PrintStream;
import java.util.Locale;

/// Tells the demo's story: steps with the time they took, commands with what they printed. Each sentence is also where
/// the demo ends when somebody asked it to. One owner thread.
///
/// @param out where it is told
/// @param palette colours
/// @param stop asks for an early end
record Narrator(PrintStream out, Palette palette, Stop stop) {
    /// A plain line.
    void say(String line) {
        requireGoingOn();
        out.println(line);
        out.flush();
    }

    /// A step that was seen to work.
    void step(String what, long sinceNanos) {
        requireGoingOn();
        out.printf(
                Locale.ROOT, "  %s %-92s %6.2f s%n", palette.done("ok"), what, (System.nanoTime() - sinceNanos) / 1e9);
        out.flush();
    }

    /// A command and what it prints.
    void command(String command, String printed) {
        requireGoingOn();
        out.println();
        out.println("$ " + command);
        printed.lines().forEach(line -> out.println("    " + line));
        out.flush();
    }

    void requireGoingOn() {
        require(!stop.isRequested(), "stopped");
    }

    /// Ends the demo with a sentence when something isn't as it has to be.
    static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new DemoException(otherwise);
        }
    }
}
