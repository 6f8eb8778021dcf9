package dev.sekisho.control.resource.transfer;

import dev.sekisho.control.people.NamedRole;
import dev.sekisho.control.resource.Resource;
import dev.sekisho.control.resource.ResourceStore;
import dev.sekisho.control.resource.Resources;
import dev.sekisho.control.resource.Terms;
import dev.sekisho.control.store.Page;
import dev.sekisho.control.web.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Resources as a file, which [ResourceImports] reads back exactly. Thread-safe.
public final class ResourceExports {
    private final Resources resources;

    public ResourceExports(Resources resources) {
        this.resources = resources;
    }

    /// A resource in a JSON file: what people set of it.
    ///
    /// @param approverRole empty = whoever has the permission
    record Item(
            String name,
            String cidr,
            String ports,
            String protocol,
            boolean decoy,
            String description,
            List<String> requestableBy,
            int approvals,
            String approverRole,
            long maxDurationSeconds,
            String ticketPattern) {
        Item {
            requestableBy = List.copyOf(requestableBy);
        }

        static Item of(Resource resource) {
            Resource.Target target = resource.target();
            Terms terms = resource.terms();
            return new Item(
                    resource.name(),
                    target.cidr().toString(),
                    target.ports().toString(),
                    target.protocol().toString(),
                    target.decoy(),
                    resource.description(),
                    terms.requesters().stream().map(NamedRole::name).toList(),
                    terms.approvals(),
                    terms.approverRole().map(NamedRole::name).orElse(""),
                    terms.maxDuration().toSeconds(),
                    terms.ticketPattern());
        }
    }

    /// Writes those that are wanted, by name; read in parts, each as of its moment, so that nobody who reads slowly
    /// holds
    /// up the database.
    void write(ResourceStore.Query query, Format format, OutputStream out) throws IOException {
        out.write(bytes(
                format == Format.CSV
                        ? Csv.record(Arrays.stream(Column.values())
                                .map(column -> column.field)
                                .toList())
                        : "{\"items\":["));
        Optional<String> after = Optional.empty();
        String between = "\n";
        do {
            Page<Resource> page = resources.page(query, new Page.Request(after, Page.Request.MAX_LIMIT));
            for (Resource resource : page.items()) {
                out.write(bytes(format == Format.CSV ? csv(resource) : between + Json.text(Item.of(resource))));
                between = ",\n";
            }
            after = page.next();
        } while (after.isPresent());
        if (format == Format.JSON) {
            out.write(bytes("\n]}\n"));
        }
    }

    private static String csv(Resource resource) {
        return Csv.record(Arrays.stream(Column.values())
                .map(column -> Cells.guarded(column.of(resource)))
                .toList());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
