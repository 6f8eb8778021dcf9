package dev.sekisho.control.flows.web;

import dev.sekisho.control.flows.search.FlowQuery;
import dev.sekisho.control.web.Checked;
import dev.sekisho.control.web.Problem;
import dev.sekisho.control.web.Request;
import dev.sekisho.control.web.Route;
import dev.sekisho.policy.Cidr;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Filters of flows as query parameters. Stateless.
final class FlowQueries {
    private static final int MAX_PORT = 0xffff;
    private static final Set<String> VERDICTS = Set.of("allowed", "handed-off", "denied");
    private static final Set<String> PROTOCOLS = Set.of("tcp", "udp", "icmp", "icmp6");

    private static final Map<String, String> FILTERS = new LinkedHashMap<>();

    static {
        FILTERS.put("from", "the first moment, such as 2026-11-30T00:00:00Z");
        FILTERS.put("to", "the moment after the last");
        FILTERS.put("device", "USER/NAME, exactly");
        FILTERS.put("resource", "a name, exactly");
        FILTERS.put("grant", "an identity, exactly");
        FILTERS.put("destination", "an address or a block, such as 10.0.1.0/24");
        FILTERS.put("port", "of the destination");
        FILTERS.put("protocol", "tcp, udp, icmp, icmp6 or a number");
        FILTERS.put("verdict", "allowed, handed-off or denied");
        FILTERS.put("minBytes", "bytes in both directions together, at least");
    }

    private FlowQueries() {}

    /// The route with the parameters.
    ///
    /// @param ofOthers whether `user` is one
    static Route on(Route route, boolean ofOthers) {
        Route with = ofOthers ? route.query("user", "a name, exactly") : route;
        for (Map.Entry<String, String> filter : FILTERS.entrySet()) {
            with = with.query(filter.getKey(), filter.getValue());
        }
        return with;
    }

    /// The parameters of a request.
    ///
    /// @throws Problem 400 naming the one that can't be used
    static FlowQuery of(Request request) {
        return new FlowQuery(
                moment(request, "from"),
                moment(request, "to"),
                request.query("user"),
                request.query("device"),
                request.query("resource"),
                request.query("grant"),
                request.query("destination").map(text -> Checked.field("destination", () -> Cidr.parseExact(text))),
                request.query("port").map(text -> (int) number("port", text, MAX_PORT)),
                request.query("protocol").map(FlowQueries::protocol),
                request.query("verdict").map(FlowQueries::verdict),
                request.query("minBytes")
                        .map(text -> number("minBytes", text, Long.MAX_VALUE))
                        .orElse(0L));
    }

    static Optional<Instant> moment(Request request, String name) {
        return request.query(name).map(text -> {
            try {
                return Instant.parse(text);
            } catch (DateTimeException e) {
                throw Problem.invalid(name, "is a moment such as 2026-11-30T12:00:00Z");
            }
        });
    }

    static long number(String name, String text, long most) {
        long value = text.matches("[0-9]{1,18}") ? Long.parseLong(text) : -1;
        if (value < 0 || value > most) {
            throw Problem.invalid(name, "is a whole number" + (most == Long.MAX_VALUE ? "" : ", 0 to " + most));
        }
        return value;
    }

    private static String protocol(String text) {
        if (!PROTOCOLS.contains(text) && !text.matches("[0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5]")) {
            throw Problem.invalid("protocol", "is tcp, udp, icmp, icmp6 or a number up to 255");
        }
        return switch (text) {
            case "6" -> "tcp";
            case "17" -> "udp";
            case "1" -> "icmp";
            case "58" -> "icmp6";
            default -> text;
        };
    }

    private static String verdict(String text) {
        if (!VERDICTS.contains(text)) {
            throw Problem.invalid("verdict", "is allowed, handed-off or denied");
        }
        return text;
    }

    /// What was asked for, for the audit log.
    static String text(Request request) {
        return List.of(
                        "user",
                        "device",
                        "resource",
                        "grant",
                        "destination",
                        "port",
                        "protocol",
                        "verdict",
                        "minBytes",
                        "from",
                        "to")
                .stream()
                .flatMap(name -> request.query(name).map(value -> name + "=" + value).stream())
                .collect(Collectors.joining(" "));
    }
}
