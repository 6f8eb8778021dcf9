package dev.sekisho.dataplane.flow;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is asked on one device, and of whom. The list is short.
final class DeviceChallenges<R> {
    final List<Challenge<R>> open = new ArrayList<>(2);

    /// Whose device it is.
    final PersonChallenges<R> person;

    DeviceChallenges(PersonChallenges<R> person) {
        this.person = person;
        person.devices.add(this);
    }

    @Nullable
    Challenge<R> find(long high, long low, int scopePort) {
        for (int i = 0; i < open.size(); i++) {
            if (open.get(i).asksFor(high, low, scopePort)) {
                return open.get(i);
            }
        }
        return null;
    }
}
