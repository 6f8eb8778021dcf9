package dev.sekisho.control.resource.transfer;

import dev.sekisho.control.people.NamedRole;
import dev.sekisho.control.resource.Resource;
import dev.sekisho.control.resource.Terms;
import java.util.Arrays;
import java.util.Optional;

/// A column of the file, in its order: the fields of a resource that people set.
enum Column {
    NAME("name", Kind.TEXT),
    CIDR("cidr", Kind.TEXT),
    PORTS("ports", Kind.TEXT),
    PROTOCOL("protocol", Kind.TEXT),
    DECOY("decoy", Kind.FLAG),
    DESCRIPTION("description", Kind.TEXT),
    REQUESTABLE_BY("requestableBy", Kind.LIST),
    APPROVALS("approvals", Kind.NUMBER),
    APPROVER_ROLE("approverRole", Kind.TEXT),
    MAX_DURATION_SECONDS("maxDurationSeconds", Kind.NUMBER),
    TICKET_PATTERN("ticketPattern", Kind.TEXT);

    /// What stands in it.
    enum Kind {
        TEXT,
        /// `true` or `false`.
        FLAG,
        /// A whole number.
        NUMBER,
        /// Texts, in CSV separated by `;`, see [Cells].
        LIST
    }

    /// As the API calls it.
    final String field;

    final Kind kind;

    Column(String field, Kind kind) {
        this.field = field;
        this.kind = kind;
    }

    /// What a resource has there, as [Cells] write it.
    String of(Resource resource) {
        Resource.Target target = resource.target();
        Terms terms = resource.terms();
        return switch (this) {
            case NAME -> resource.name();
            case CIDR -> target.cidr().toString();
            case PORTS -> target.ports().toString();
            case PROTOCOL -> target.protocol().toString();
            case DECOY -> String.valueOf(target.decoy());
            case DESCRIPTION -> resource.description();
            case REQUESTABLE_BY ->
                Cells.joined(terms.requesters().stream().map(NamedRole::name).toList());
            case APPROVALS -> String.valueOf(terms.approvals());
            case APPROVER_ROLE -> terms.approverRole().map(NamedRole::name).orElse("");
            case MAX_DURATION_SECONDS -> String.valueOf(terms.maxDuration().toSeconds());
            case TICKET_PATTERN -> terms.ticketPattern();
        };
    }

    static Optional<Column> of(String field) {
        return Arrays.stream(values())
                .filter(column -> column.field.equals(field))
                .findFirst();
    }

    static String all() {
        return String.join(
                ", ", Arrays.stream(values()).map(column -> column.field).toList());
    }
}
