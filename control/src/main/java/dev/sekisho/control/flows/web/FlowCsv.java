package dev.sekisho.control.flows.web;

import dev.sekisho.control.flows.search.FlowRecord;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Flows as CSV (RFC 4180). Stateless.
///
/// A value that a spreadsheet would take for a formula gets an apostrophe in front: names and addresses come from
/// people and devices (<https://owasp.org/www-community/attacks/CSV_Injection>).
final class FlowCsv {
    private static final String FORMULA = "=+-@\uff1d\uff0b\uff0d\uff20\t\r\n";

    /// Where a spreadsheet of another country begins a cell.
    private static final Pattern CELL_WITHIN = Pattern.compile("(?<=[;\t])(?=[=+\\-@\uff1d\uff0b\uff0d\uff20])");

    static final String HEAD = line(List.of(
            "time",
            "event",
            "started",
            "user",
            "device",
            "source",
            "destination",
            "protocol",
            "opened_by",
            "verdict",
            "grant",
            "resource",
            "reason",
            "bytes_to_target",
            "bytes_to_device",
            "packets_to_target",
            "packets_to_device",
            "suppressed",
            "id"));

    private FlowCsv() {}

    static String line(FlowRecord flow) {
        return line(List.of(
                flow.at().toString(),
                flow.event(),
                flow.startedAt().map(Instant::toString).orElse(""),
                flow.user().orElse(""),
                flow.device(),
                flow.source(),
                flow.destination(),
                flow.protocol(),
                flow.openedBy(),
                flow.verdict(),
                flow.grant().orElse(""),
                flow.resource().orElse(""),
                flow.reason().orElse(""),
                Long.toString(flow.bytesToTarget()),
                Long.toString(flow.bytesToDevice()),
                Long.toString(flow.packetsToTarget()),
                Long.toString(flow.packetsToDevice()),
                Long.toString(flow.suppressed()),
                flow.id()));
    }

    private static String line(List<String> values) {
        return values.stream().map(FlowCsv::cell).collect(Collectors.joining(",", "", "\r\n"));
    }

    static String cell(String value) {
        String within = CELL_WITHIN.matcher(value).replaceAll("'");
        String safe = !within.isEmpty() && FORMULA.indexOf(within.charAt(0)) >= 0 ? "'" + within : within;
        boolean plain = safe.chars().noneMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n');
        return plain ? safe : '"' + safe.replace("\"", "\"\"") + '"';
    }
}
