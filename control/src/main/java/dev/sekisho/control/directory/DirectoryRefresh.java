package dev.sekisho.control.directory;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.audit.Change;
import dev.sekisho.control.audit.DirectoryEvent;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.web.Problem;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Asks the directories what became of the people who came in by them: roles follow groups, who is gone loses their
/// access. The owner runs it every [#INTERVAL], on one thread at a time.
public final class DirectoryRefresh {
    /// How often it is worth asking.
    public static final Duration INTERVAL = Duration.ofMinutes(15);

    private static final System.Logger LOG = System.getLogger(DirectoryRefresh.class.getName());

    /// So many may be gone at once without anybody wondering; more only while they are not the half of all. A directory
    /// that forgot everybody is more likely set up wrongly than empty.
    private static final int USUAL = 3;

    private final UnitOfWork work;
    private final UserDirectories directories;
    private final Admissions admissions;

    public DirectoryRefresh(UnitOfWork work, UserDirectories directories, Admissions admissions) {
        this.work = work;
        this.directories = directories;
        this.admissions = admissions;
    }

    /// Asks all directories that are switched on. One that doesn't answer changes nothing for anybody.
    public void run() {
        for (ConnectedDirectory directory : directories.all()) {
            if (directory.enabled()) {
                try {
                    refresh(directory);
                } catch (DirectoryException e) {
                    LOG.log(Level.WARNING, "directory {0} was not refreshed: {1}", directory.name(), e.detail());
                } catch (Problem e) {
                    LOG.log(Level.WARNING, "directory {0} was not refreshed: {1}", directory.name(), e.detail());
                }
            }
        }
    }

    private void refresh(ConnectedDirectory directory) {
        Map<String, Boolean> people = admissions.people(directory);
        if (people.isEmpty()) {
            return;
        }
        Optional<Map<String, Person>> found =
                directories.connector(directory.kind()).find(directories.connection(directory.id()), people.keySet());
        if (found.isEmpty()) {
            return;
        }
        List<Person> here = new ArrayList<>();
        List<String> gone = new ArrayList<>();
        people.forEach((subject, active) -> {
            Optional<Person> person = Optional.ofNullable(found.get().get(subject))
                    .filter(known -> !Admissions.rolesFor(directory, known).isEmpty());
            person.ifPresent(here::add);
            if (person.isEmpty() && active) {
                gone.add(subject);
            }
        });
        long active = people.values().stream().filter(value -> value).count();
        if (gone.size() > USUAL && 2L * gone.size() > active) {
            hold(directory, gone.size(), (int) active);
            return;
        }
        gone.forEach(subject -> admissions.leave(directory, subject));
        here.forEach(person -> admissions.refresh(directory, person));
    }

    private void hold(ConnectedDirectory directory, int gone, int known) {
        LOG.log(
                Level.WARNING,
                "directory {0} does not know {1} of {2} people any more: nobody was disabled; test the directory, and"
                        + " disable them by hand if it is right",
                directory.name(),
                gone,
                known);
        work.change(Actor.SYSTEM, _ -> Change.of(true, new DirectoryEvent.RefreshHeld(directory.name(), gone, known)));
    }
}
