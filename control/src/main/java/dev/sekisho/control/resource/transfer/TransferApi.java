package dev.sekisho.control.resource.transfer;

import dev.sekisho.control.resource.ResourceApi;
import dev.sekisho.control.resource.ResourceStore;
import dev.sekisho.control.web.Answer;
import dev.sekisho.control.web.Checked;
import dev.sekisho.control.web.Problem;
import dev.sekisho.control.web.Request;
import dev.sekisho.control.web.Route;
import dev.sekisho.control.web.Streamed;
import dev.sekisho.policy.Permission;
import java.util.Arrays;
import java.util.List;

/// The routes `/resources/export` and `/resources/import`.
public final class TransferApi {
    /// About 300 bytes for each of the most rows.
    static final int MAX_BYTES = 16 << 20;

    /// Steps and faults that are told one by one; the others are counted.
    private static final int MAX_TOLD = 1_000;

    private final ResourceImports imports;
    private final ResourceExports exports;

    public TransferApi(ResourceImports imports, ResourceExports exports) {
        this.imports = imports;
        this.exports = exports;
    }

    /// What was done, or would be.
    ///
    /// @param dryRun whether nothing was done since nothing was to be
    /// @param items the first thousand of those that are made or changed
    /// @param errors the first thousand
    /// @param errorCount all; with one or more nothing is done
    record ImportView(
            boolean dryRun,
            long created,
            long changed,
            long unchanged,
            List<ItemView> items,
            List<Fault> errors,
            long errorCount) {
        ImportView {
            items = List.copyOf(items);
            errors = List.copyOf(errors);
        }

        static ImportView of(Outcome outcome, boolean dryRun) {
            return new ImportView(
                    dryRun,
                    outcome.created(),
                    outcome.changed(),
                    outcome.unchanged(),
                    outcome.steps().stream().limit(MAX_TOLD).map(ItemView::of).toList(),
                    outcome.faults().stream().limit(MAX_TOLD).toList(),
                    outcome.faults().size());
        }
    }

    /// What becomes of one resource.
    ///
    /// @param action `create` or `change`
    /// @param opens addresses, ports and protocol in the short form
    /// @param changes what gets another value
    record ItemView(int line, String name, String action, String opens, List<Outcome.Difference> changes) {
        ItemView {
            changes = List.copyOf(changes);
        }

        static ItemView of(Outcome.Step step) {
            return new ItemView(
                    step.line(),
                    step.after().name(),
                    step.before().isEmpty() ? "create" : "change",
                    step.after().target().shortForm(),
                    step.differences());
        }
    }

    /// All routes. They come before those of [ResourceApi], one of which would take their last word for an identity.
    public List<Route> routes() {
        return List.of(
                ResourceApi.filters(Route.get("/resources/export", "IP resources as a file"))
                        .query("format", "csv, which is what comes without, or json")
                        .access(Permission.VIEW_NETWORK)
                        .answers(new Route.Shape.Raw(Format.CSV.contentType))
                        .by(this::export),
                Route.post("/resources/import", "Make and change IP resources by a file, all or none")
                        .access(Permission.MANAGE_RESOURCES)
                        .query("dryRun", "true = only tells what would be done, and all that is wrong")
                        .upload(MAX_BYTES, Format.CSV.contentType, Format.JSON.contentType)
                        .answers(ImportView.class)
                        .by(this::load));
    }

    private Answer export(Request request) {
        Format format =
                Checked.field("format", () -> Format.of(request.query("format").orElse(Format.CSV.ending)));
        ResourceStore.Query query = ResourceApi.query(request);
        return Answer.file(
                "resources." + format.ending,
                format == Format.CSV ? format.contentType + "; charset=utf-8" : format.contentType,
                new Streamed(out -> exports.write(query, format, out)));
    }

    private Object load(Request request) {
        boolean dryRun =
                Checked.field("dryRun", () -> switch (request.query("dryRun").orElse("false")) {
                    case "true" -> true;
                    case "false" -> false;
                    default -> throw new IllegalArgumentException("is true or false");
                });
        Request.Uploaded file = request.upload();
        Format format = Arrays.stream(Format.values())
                .filter(one -> one.contentType.equals(file.contentType()))
                .findFirst()
                .orElseThrow();
        if (dryRun) {
            return ImportView.of(imports.plan(format, file.bytes()), true);
        }
        Outcome outcome = imports.run(request.actor(), format, file.bytes());
        if (!outcome.faults().isEmpty()) {
            throw Problem.invalid(outcome.faults().stream()
                    .limit(MAX_TOLD)
                    .map(fault -> new Problem.FieldError(fault.place(), fault.message()))
                    .toList());
        }
        return ImportView.of(outcome, false);
    }
}
