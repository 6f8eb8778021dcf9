package dev.sekisho.control.cli;

import dev.sekisho.control.tunnel.TunnelSession;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `sekisho tunnel FILE.conf`: an endpoint without routes, as a server wants it.
@Command(
        name = "tunnel",
        description = {
            "Runs a WireGuard interface from a wg-quick style file until SIGTERM or Ctrl-C.",
            "Sets addresses, MTU and link; routes are left to you. See also: client."
        },
        mixinStandardHelpOptions = true)
final class TunnelCommand implements Callable<Integer> {
    @Mixin
    private TunnelArguments arguments = new TunnelArguments();

    @Override
    public Integer call() throws InterruptedException {
        return TunnelRun.run(arguments, TunnelSession.Role.ENDPOINT);
    }
}
