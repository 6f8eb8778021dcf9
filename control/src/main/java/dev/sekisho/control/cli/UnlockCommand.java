package dev.sekisho.control.cli;

import com.google.gson.JsonObject;
import dev.sekisho.control.show.ControlText;
import dev.sekisho.control.socket.ControlClient;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `sekisho unlock DEVICE`: an administrator trusts it again.
@Command(
        name = "unlock",
        description = {"Unlocks a device; a scan is counted from nothing again."},
        mixinStandardHelpOptions = true)
final class UnlockCommand implements Callable<Integer> {
    @Mixin
    private RunningInstance instance = new RunningInstance();

    @Parameters(index = "0", paramLabel = "DEVICE", description = "Its name.")
    private String device = "";

    @Override
    public Integer call() throws IOException {
        JsonObject request = ControlClient.request("unlock", "device", device);
        JsonObject answer = instance.ask(request);
        instance.print(instance.json ? answer + "\n" : ControlText.unlocked(answer));
        return ExitCode.OK;
    }
}
