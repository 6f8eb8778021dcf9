package dev.sekisho.control.cli;

import java.io.PrintWriter;
import java.util.Map;
import java.util.Objects;
import picocli.CommandLine;

/// Entry point of the JVM.
public final class Main {
    private Main() {}

    /// Runs one command and ends the JVM with its exit code.
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /// The parser with all commands and the way in which failures are told.
    static CommandLine commandLine() {
        return commandLine(System.getenv());
    }

    /// The parser.
    ///
    /// @param environment where logins and sockets are looked for
    static CommandLine commandLine(Map<String, String> environment) {
        CommandLine line = new CommandLine(new SekishoCommand());
        new NounCommands(environment).addTo(line);
        Objects.requireNonNull(line.getSubcommands().get("audit"))
                .addSubcommand(new AuditVerifyCommand(environment))
                .addSubcommand(new AuditExportCommand(environment));
        line.addSubcommand(new LoginCommand(environment));
        line.addSubcommand(new LogoutCommand(environment));
        line.addSubcommand(new BackupCommand(environment));
        line.addSubcommand(new RestoreCommand(environment));
        line.addSubcommand(new DoctorCommand(environment));
        line.addSubcommand(new CompletionCommand());
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            if (failure instanceof CommandLine.ParameterException usage) {
                throw usage;
            }
            report(command.getErr(), failure);
            return CommandLine.ExitCode.SOFTWARE;
        });
        line.setParameterExceptionHandler((failure, parsed) -> {
            CommandLine command = failure.getCommandLine();
            command.getErr().println("sekisho: " + failure.getMessage());
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
