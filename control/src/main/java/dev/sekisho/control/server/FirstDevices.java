package dev.sekisho.control.server;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.audit.AuditRecord;
import dev.sekisho.control.audit.ControlEvent;
import dev.sekisho.control.audit.LoginEvent;
import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.device.DeviceLetters;
import dev.sekisho.control.device.Devices;
import dev.sekisho.control.people.People;
import dev.sekisho.control.people.Person;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.ExecutorService;

/// Makes the first device of those who log in and whose roles ask for it (product line P03), after the login: whatever
/// goes wrong here stops nobody. The configuration goes out by mail; without one the user takes a new key in the
/// portal. Thread-safe; works on one thread, so that two logins at once make one device.
///
/// @param thread a single one
record FirstDevices(UnitOfWork work, People people, Devices devices, DeviceLetters letters, ExecutorService thread)
        implements UnitOfWork.CommitListener {
    private static final System.Logger LOG = System.getLogger(FirstDevices.class.getName());

    @Override
    public void committed(List<ControlEvent> happened, List<AuditRecord> records) {
        for (ControlEvent event : happened) {
            if (event instanceof LoginEvent.Succeeded login && login.complete()) {
                thread.execute(() -> enroll(login.user()));
            }
        }
    }

    private void enroll(String name) {
        try {
            work.read(transaction -> people.user(transaction, name))
                    .filter(Person::active)
                    .flatMap(person -> devices.enroll(Actor.SYSTEM, person.id()))
                    .ifPresent(letters::send);
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "no device was made for {0} at their login: {1}", name, e.getMessage());
        }
    }
}
