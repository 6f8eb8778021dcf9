package dev.sekisho.control.cli;

import com.google.gson.JsonObject;
import dev.sekisho.control.show.ControlText;
import dev.sekisho.control.socket.ControlClient;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `sekisho approve ID`: the second factor, given on this host.
@Command(
        name = "approve",
        description = {
            "Approves a challenge with the code of the user's authenticator app.",
            "The code is asked for on the terminal, or read from standard input; never an argument, where others could see it."
        },
        mixinStandardHelpOptions = true)
final class ApproveCommand implements Callable<Integer> {
    @Mixin
    private RunningInstance instance = new RunningInstance();

    @Parameters(index = "0", paramLabel = "ID", description = "The challenge, as sekisho challenges lists it.")
    private String id = "";

    @Override
    public Integer call() throws IOException {
        JsonObject answer = instance.ask(ControlClient.request("approve", "id", id, "code", code()));
        instance.print(instance.json ? answer + "\n" : ControlText.approved(answer));
        return ExitCode.OK;
    }

    /// JDK 25 gives no console again when there is no terminal.
    @SuppressWarnings("SystemConsoleNull")
    private static String code() throws IOException {
        Console console = System.console();
        if (console != null && console.isTerminal()) {
            char[] typed = console.readPassword("code: ");
            if (typed == null) {
                throw new CommandFailure("no code was given");
            }
            String code = new String(typed).strip();
            Arrays.fill(typed, '\0');
            return code;
        }
        String line = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
        if (line == null) {
            throw new CommandFailure("no code was given: it is read from standard input");
        }
        return line.strip();
    }
}
