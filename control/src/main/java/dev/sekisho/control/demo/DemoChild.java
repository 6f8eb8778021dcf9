package dev.sekisho.control.demo;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A running [DemoPeer] seen from the parent. One owner thread; [#close] ends it.
final class DemoChild implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(DemoChild.class.getName());
    private static final long END_SECONDS = 8;

    private final String what;
    private final Process process;
    private final BufferedReader answers;
    private final BufferedWriter commands;

    private DemoChild(String what, Process process) {
        this.what = what;
        this.process = process;
        this.answers = process.inputReader();
        this.commands = process.outputWriter();
    }

    /// Starts a JVM in a namespace. It comes up while the caller does other things.
    ///
    /// @param what its name in messages, and its part in the demo
    /// @param arguments what that part needs
    static DemoChild start(String what, String namespace, String launcher, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", namespace, launcher, "demo-peer", what));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("LOG_LEVEL", "warning");
        return new DemoChild(what, builder.start());
    }

    /// The words of the next answer, without the first.
    ///
    /// @param first the word that it has to begin with
    String[] expect(String first) throws IOException {
        String line = answers.readLine();
        if (line == null || !line.startsWith(first + " ")) {
            throw new DemoException("the " + what + " did not get there" + (line == null ? "" : ": " + line));
        }
        return line.substring(first.length() + 1).split(" ", -1);
    }

    /// Gives a command and waits for its numbers.
    long[] ask(String command) throws IOException {
        tell(command);
        return result();
    }

    /// Gives a command without waiting; [#result] is next.
    void tell(String command) throws IOException {
        commands.write(command);
        commands.newLine();
        commands.flush();
    }

    /// Whether there is something to read already.
    boolean hasAnswered() throws IOException {
        return answers.ready();
    }

    /// The numbers that the last command led to.
    long[] result() throws IOException {
        String[] words = expect("ok");
        long[] numbers = new long[words.length];
        for (int i = 0; i < words.length; i++) {
            numbers[i] = Long.parseLong(words[i]);
        }
        return numbers;
    }

    /// Ends the child by the end of its input, and by force when that doesn't help.
    @Override
    public void close() {
        try {
            commands.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "the {0} was gone already", what);
        }
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                LOG.log(Level.WARNING, "the {0} does not end by itself; it is killed", what);
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
