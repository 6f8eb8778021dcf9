package dev.sekisho.control.server;

import dev.sekisho.control.device.DeviceLetters;
import dev.sekisho.control.resource.JdbcResourceStore;
import dev.sekisho.control.resource.Resources;
import dev.sekisho.control.role.JdbcRoleStore;
import dev.sekisho.control.tries.JdbcTryStore;
import dev.sekisho.control.tries.Tries;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// What follows from changes that were made: who is told, what is made, what is forgotten.
final class NewsWiring {
    private NewsWiring() {}

    static void wire(Core core, Features features, Background background, PostWiring post, NetworkWiring network) {
        ExecutorService thread = Executors.newSingleThreadExecutor(
                Thread.ofVirtual().name("news").factory());
        features.closeable(thread::shutdownNow);
        Resources resources = new Resources(core.work(), new JdbcResourceStore(), network.people(), core.clock());
        core.work().onCommit(new SessionNews(core.events()));
        core.work()
                .onCommit(new RequestNews(
                        new RequestNews.Facts(core.work(), network.people(), resources, new JdbcRoleStore()),
                        new RequestNews.Ways(
                                core.events(),
                                post.mails(),
                                PortalAddress.of(core.options()).url()),
                        thread));
        DeviceLetters letters =
                new DeviceLetters(network.settings(), Optional.of(letter -> NetworkWiring.mail(post, letter)));
        core.work().onCommit(new FirstDevices(core.work(), network.people(), network.devices(), letters, thread));
        Tries tries = new Tries(core.work(), new JdbcTryStore(), core.clock());
        background.every(Duration.ofMinutes(10), "forgetting old tries", tries::forget);
    }
}
