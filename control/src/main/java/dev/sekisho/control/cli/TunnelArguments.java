package dev.sekisho.control.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// What `tunnel` and `client` have in common.
final class TunnelArguments {
    @Parameters(
            index = "0",
            paramLabel = "FILE.conf",
            description = "wg-quick style configuration; a bare interface name means /etc/wireguard/NAME.conf.")
    String file = "";

    @Option(
            names = {"-i", "--interface"},
            paramLabel = "NAME",
            description = "Interface name, instead of the one that the file's name gives.")
    @Nullable
    String interfaceName;

    @Option(
            names = {"-v", "--verbose"},
            description = "Also logs what is of interest when something goes wrong.")
    boolean verbose;

    @Mixin
    WorkerCount workers = new WorkerCount();
}
