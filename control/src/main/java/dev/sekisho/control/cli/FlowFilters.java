package dev.sekisho.control.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/// Which flows: the filters of `sekisho flow` as options.
final class FlowFilters {
    @Option(names = "--from", paramLabel = "TIME", description = "The first moment, as 2027-01-01T00:00:00Z.")
    private String from = "";

    @Option(names = "--to", paramLabel = "TIME", description = "The moment after the last.")
    private String to = "";

    @Option(names = "--user", paramLabel = "NAME", description = "Only those of this user.")
    private String user = "";

    @Option(names = "--device", paramLabel = "USER/NAME", description = "Only those of this device.")
    private String device = "";

    @Option(names = "--resource", paramLabel = "NAME", description = "Only those to this resource.")
    private String resource = "";

    @Option(names = "--grant", paramLabel = "ID", description = "Only those by this grant.")
    private String grant = "";

    @Option(names = "--destination", paramLabel = "IP|BLOCK", description = "Only those to it, such as 10.0.1.0/24.")
    private String destination = "";

    @Option(names = "--port", paramLabel = "N", description = "Only those to this port.")
    private String port = "";

    @Option(names = "--protocol", paramLabel = "NAME", description = "tcp, udp, icmp, icmp6 or a number.")
    private String protocol = "";

    @Option(names = "--verdict", paramLabel = "VERDICT", description = "allowed, handed-off or denied.")
    private String verdict = "";

    @Option(names = "--min-bytes", paramLabel = "N", description = "Only those with so many bytes or more.")
    private String minBytes = "";

    /// As the API has them; what was not said is empty.
    Map<String, String> query() {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("from", from);
        query.put("to", to);
        query.put("user", user);
        query.put("device", device);
        query.put("resource", resource);
        query.put("grant", grant);
        query.put("destination", destination);
        query.put("port", port);
        query.put("protocol", protocol);
        query.put("verdict", verdict);
        query.put("minBytes", minBytes);
        return query;
    }
}
