package dev.sekisho.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Command lines as processes of their own, of somebody with a home directory on a host without a server. Owner: one
/// test,
/// which closes it.
///
/// @param home their home directory
/// @param started all so far
record CommandLines(Path home, List<Process> started) implements AutoCloseable {
    private static final Pattern CODE = Pattern.compile("Open (\\S+) and type the code ([A-Z]{4}-[0-9]{4})");

    CommandLines(Path home) {
        this(home, new ArrayList<>());
    }

    /// A command line under way.
    record Line(Process process, BufferedReader out, Path err) {
        /// The code that a login shows.
        String code() throws IOException {
            String line = String.valueOf(out.readLine());
            Matcher matcher = CODE.matcher(line);
            assertThat(matcher.matches()).as(line + Files.readString(err)).isTrue();
            return matcher.group(2);
        }

        /// Waits for its end.
        Done end() throws IOException, InterruptedException {
            StringBuilder said = new StringBuilder();
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                said.append(line).append('\n');
            }
            return new Done(process.waitFor(), said.toString(), Files.readString(err));
        }
    }

    /// What a command line did.
    record Done(int status, String out, String err) {}

    /// Starts one.
    ///
    /// @param typed on its standard input
    Line start(String typed, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.sekisho.control.cli.Main"));
        command.addAll(List.of(arguments));
        Path err = Files.createTempFile(home, "err", "");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(err.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("SEKISHO_") || name.startsWith("XDG_"));
        builder.environment().put("HOME", home.toString());
        // Whatever runs on this host is not meant.
        builder.environment().put("SEKISHO_STATE", home.resolve("none").toString());
        Process process = builder.start();
        started.add(process);
        try (var stdin = process.getOutputStream()) {
            stdin.write(typed.getBytes(StandardCharsets.UTF_8));
        }
        return new Line(process, process.inputReader(StandardCharsets.UTF_8), err);
    }

    @Override
    public void close() {
        started.forEach(process -> process.destroyForcibly().onExit().join());
    }
}
