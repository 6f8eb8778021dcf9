package dev.sekisho.control.resource.transfer;

import dev.sekisho.control.audit.AccessEvent;
import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.audit.Change;
import dev.sekisho.control.audit.ControlEvent;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.people.People;
import dev.sekisho.control.resource.Resource;
import dev.sekisho.control.resource.ResourceStore;
import dev.sekisho.control.role.NameKey;
import dev.sekisho.control.store.Ids;
import dev.sekisho.control.store.Transaction;
import dev.sekisho.control.web.Problem;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Resources out of a file: those whose name is new are made, those whose name is there are changed, others stay. All
/// of
/// it or nothing. Thread-safe.
public final class ResourceImports {
    private final UnitOfWork work;
    private final ResourceStore store;
    private final People people;
    private final InstantSource clock;

    public ResourceImports(UnitOfWork work, ResourceStore store, People people, InstantSource clock) {
        this.work = work;
        this.store = store;
        this.people = people;
        this.clock = clock;
    }

    /// What would be done.
    Outcome plan(Format format, byte[] bytes) {
        ResourceFile file = ResourceFile.read(format, bytes);
        return work.read(transaction -> plan(transaction, file));
    }

    /// Does it, unless there are faults; then nothing is done.
    Outcome run(Actor actor, Format format, byte[] bytes) {
        ResourceFile file = ResourceFile.read(format, bytes);
        return work.change(actor, transaction -> {
            Outcome outcome = plan(transaction, file);
            return outcome.faults().isEmpty() && !outcome.steps().isEmpty()
                    ? new Change<>(outcome, done(transaction, outcome))
                    : Change.none(outcome);
        });
    }

    private Outcome plan(Transaction transaction, ResourceFile file) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        List<Fault> faults = new ArrayList<>(file.faults());
        RowReader reader = new RowReader(name -> people.role(transaction, name), faults);
        Map<String, Resource> there = there(transaction, file.rows());
        Map<String, Integer> lines = new HashMap<>();
        List<Outcome.Step> steps = new ArrayList<>();
        int unchanged = 0;
        for (ResourceFile.Row row : file.rows()) {
            String key = key(row);
            Optional<Resource> before = Optional.ofNullable(there.get(key));
            Optional<RowReader.Wanted> wanted = reader.read(row, before);
            Integer first = lines.putIfAbsent(key, row.line());
            if (first != null && !key.isEmpty()) {
                faults.add(new Fault(row.line(), Column.NAME.field, "is the name in line " + first + " too"));
            } else if (wanted.isPresent() && before.filter(wanted.get()::is).isPresent()) {
                unchanged++;
            } else if (wanted.isPresent()) {
                steps.add(new Outcome.Step(row.line(), before, resource(wanted.get(), before, now)));
            }
        }
        return new Outcome(steps, unchanged, faults);
    }

    private static String key(ResourceFile.Row row) {
        return NameKey.of(row.cells().getOrDefault(Column.NAME, "").strip());
    }

    private Map<String, Resource> there(Transaction transaction, List<ResourceFile.Row> rows) {
        List<String> keys = rows.stream().map(ResourceImports::key).distinct().toList();
        return store.named(transaction, keys).stream()
                .collect(Collectors.toMap(resource -> NameKey.of(resource.name()), resource -> resource));
    }

    private static Resource resource(RowReader.Wanted wanted, Optional<Resource> before, Instant now) {
        return new Resource(
                before.map(Resource::id).orElseGet(() -> Ids.next(now.toEpochMilli())),
                wanted.name(),
                wanted.target(),
                wanted.description(),
                wanted.terms(),
                before.map(Resource::createdAt).orElse(now),
                before.map(old -> old.version() + 1).orElse(1L));
    }

    private List<ControlEvent> done(Transaction transaction, Outcome outcome) {
        List<ControlEvent> events = new ArrayList<>();
        List<Resource> made = new ArrayList<>();
        for (Outcome.Step step : outcome.steps()) {
            Resource after = step.after();
            if (step.before().isEmpty()) {
                made.add(after);
                events.add(new AccessEvent.ResourceCreated(
                        after.id(), after.name(), after.target().shortForm()));
            } else if (store.update(transaction, after)) {
                events.add(new AccessEvent.ResourceChanged(
                        after.id(),
                        after.name(),
                        after.target().shortForm(),
                        step.before().get().target().shortForm()));
            } else {
                throw Problem.stale();
            }
        }
        store.insertAll(transaction, made);
        events.add(new AccessEvent.ResourcesImported(outcome.created(), outcome.changed(), outcome.unchanged()));
        return events;
    }
}
