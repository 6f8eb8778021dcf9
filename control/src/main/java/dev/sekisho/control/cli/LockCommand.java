package dev.sekisho.control.cli;

import com.google.gson.JsonObject;
import dev.sekisho.control.socket.ControlClient;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `sekisho lock DEVICE`: it passes nothing from now on.
@Command(
        name = "lock",
        description = {"Locks a device until it is unlocked, restarts included."},
        mixinStandardHelpOptions = true)
final class LockCommand implements Callable<Integer> {
    @Mixin
    private RunningInstance instance = new RunningInstance();

    @Parameters(index = "0", paramLabel = "DEVICE", description = "Its name.")
    private String device = "";

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for whoever looks at it later.")
    private @Nullable String note;

    @Override
    public Integer call() throws IOException {
        JsonObject request = ControlClient.request("lock", "device", device);
        if (note != null) {
            request.addProperty("note", note);
        }
        JsonObject answer = instance.ask(request);
        instance.print(instance.json ? answer + "\n" : device + " is locked\n");
        return ExitCode.OK;
    }
}
