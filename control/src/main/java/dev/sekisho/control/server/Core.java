package dev.sekisho.control.server;

import dev.sekisho.control.audit.UnitOfWork;
import dev.sekisho.control.place.Places;
import dev.sekisho.control.store.Database;
import dev.sekisho.control.tls.Certificates;
import dev.sekisho.control.web.EventStream;
import java.time.InstantSource;
import java.util.concurrent.ScheduledExecutorService;

/// What every feature is made of. Its owner is the [Server], which closes it.
///
/// @param node the identity of this node among those on the database
/// @param options how the server is run
/// @param clock the time
/// @param database for a health check, backups and what nodes tell each other only; everything else goes through
///     `work`
/// @param work the way to the database
/// @param events live news
/// @param certificates of the HTTPS server
/// @param places where addresses are
/// @param timer runs what comes back every few seconds, on one thread; tasks are short
public record Core(
        String node,
        ServerOptions options,
        InstantSource clock,
        Database database,
        UnitOfWork work,
        EventStream events,
        Certificates certificates,
        Places places,
        ScheduledExecutorService timer) {}
