package dev.sekisho.control.cli;

import dev.sekisho.control.tunnel.TunnelSession;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `sekisho client FILE.conf`: what `wg-quick up` does, in the foreground.
@Command(
        name = "client",
        description = {
            "Runs a WireGuard interface from a wg-quick style file until SIGTERM or Ctrl-C.",
            "Sets addresses, MTU, link, routes for all allowed IPs and, by resolvconf, DNS. All is undone at the end."
        },
        mixinStandardHelpOptions = true)
final class ClientCommand implements Callable<Integer> {
    @Mixin
    private TunnelArguments arguments = new TunnelArguments();

    @Override
    public Integer call() throws InterruptedException {
        return TunnelRun.run(arguments, TunnelSession.Role.CLIENT);
    }
}
