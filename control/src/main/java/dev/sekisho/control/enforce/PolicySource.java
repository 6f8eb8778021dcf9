package dev.sekisho.control.enforce;

import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.device.DeviceStore;
import dev.sekisho.control.grant.GrantStore;
import dev.sekisho.control.people.People;
import dev.sekisho.control.resource.ResourceStore;
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
        ResourceStore resources,
        GrantStore grants,
        DeviceStore devices,
        KeySafe safe,
        ToLongFunction<Transaction> version) {}
