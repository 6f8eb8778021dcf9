package dev.sekisho.control.cli;

import java.io.PrintWriter;
import java.util.Map;
import picocli.CommandLine;

/// Entry point of the JVM.
public final class Main {
    private Main() {}

    /// Runs one command and ends the JVM with its exit code.
    public static void main(String[] arguments) {
        Words words = new Words(System.getenv());
        CommandLine line = arguments.length == 0 ? words.parser() : words.parser(arguments[0]);
        System.exit(withFailuresTold(line).execute(arguments));
    }

    /// The parser of all commands.
    static CommandLine commandLine() {
        return commandLine(System.getenv());
    }

    /// The parser of all commands.
    ///
    /// @param environment where logins and sockets are looked for
    static CommandLine commandLine(Map<String, String> environment) {
        return withFailuresTold(new Words(environment).parser());
    }

    /// In which way failures are told.
    static CommandLine withFailuresTold(CommandLine line) {
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            if (failure instanceof CommandLine.ParameterException usage) {
                throw usage;
            }
            report(command.getErr(), failure);
            return CommandLine.ExitCode.SOFTWARE;
        });
        line.setParameterExceptionHandler((failure, parsed) -> {
            CommandLine command = failure.getCommandLine();
            command.getErr().println("sekisho: " + Failures.sentence(failure));
            command.getErr()
                    .println("Try '" + command.getCommandSpec().qualifiedName() + " --help' for what is possible.");
            return CommandLine.ExitCode.USAGE;
        });
        return line;
    }

    /// One line for what an operator can act on; a stack trace for what only we can.
    private static void report(PrintWriter err, Exception failure) {
        if (Failures.isExpected(failure)) {
            err.println("sekisho: " + Failures.sentence(failure));
        } else {
            err.println("sekisho: this is a bug, please report it:");
            failure.printStackTrace(err);
        }
        err.flush();
    }
}
