package dev.sekisho.control.cli;

import com.google.gson.JsonObject;
import dev.sekisho.control.show.ControlText;
import dev.sekisho.control.socket.ControlClient;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/// `sekisho devices`: who is there, and who is locked.
@Command(
        name = "devices",
        description = {"Lists the devices of a running checkpoint, and why a locked one is locked."},
        mixinStandardHelpOptions = true)
final class DevicesCommand implements Callable<Integer> {
    @Mixin
    private RunningInstance instance = new RunningInstance();

    @Override
    public Integer call() throws IOException {
        JsonObject answer = instance.ask(ControlClient.request("devices"));
        instance.print(
                instance.json
                        ? answer + "\n"
                        : new ControlText(instance.palette()).devices(answer.getAsJsonArray("devices")));
        return ExitCode.OK;
    }
}
