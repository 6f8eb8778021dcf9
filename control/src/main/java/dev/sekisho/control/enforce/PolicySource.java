package dev.sekisho.control.enforce;

import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.device.Devices;
import dev.sekisho.control.grant.Grants;
import dev.sekisho.control.people.People;
import dev.sekisho.control.resource.Resources;
import dev.sekisho.control.settings.KeySafe;
import dev.sekisho.control.settings.Settings;
import dev.sekisho.control.store.Transaction;
import java.util.function.ToLongFunction;

/// Where everything that is enforced comes from. Immutable.
///
/// @param work reads
/// @param safe opens preshared keys
/// @param version tells how new a reading is
public record PolicySource(
        UnitOfWork work,
        Settings settings,
        People people,
        Resources resources,
        Grants grants,
        Devices devices,
        KeySafe safe,
        ToLongFunction<Transaction> version) {}
