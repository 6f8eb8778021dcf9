package dev.sekisho.control.server;

import dev.sekisho.control.device.DeviceLetters;
import dev.sekisho.control.flows.EventJson;
import dev.sekisho.control.grant.Grants;
import dev.sekisho.control.grant.JdbcGrantStore;
import dev.sekisho.control.request.JdbcRequestStore;
import dev.sekisho.control.request.OfferApi;
import dev.sekisho.control.request.Offers;
import dev.sekisho.control.request.RecentOffers;
import dev.sekisho.control.resource.JdbcResourceStore;
import dev.sekisho.control.resource.Resources;
import dev.sekisho.control.role.JdbcRoleStore;
import dev.sekisho.control.tries.JdbcTryStore;
import dev.sekisho.control.tries.Tries;
import dev.sekisho.dataplane.flow.Denial;
import dev.sekisho.dataplane.flow.FlowTuple;
import dev.sekisho.policy.UserId;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// What follows from changes that were made: who is told, what is made, what is forgotten.
final class NewsWiring {
    /// Denied flows that wait to be looked up.
    private static final int MAX_DENIED = 64;

    private NewsWiring() {}

    static void wire(Core core, Features features, Background background, PostWiring post, NetworkWiring network) {
        ExecutorService thread = Executors.newSingleThreadExecutor(
                Thread.ofVirtual().name("news").factory());
        features.closeable(thread::shutdownNow);
        Resources resources = new Resources(core.work(), new JdbcResourceStore(), network.people(), core.clock());
        core.work().onCommit(new SessionNews(core.events()));
        RequestNews.Ways ways = new RequestNews.Ways(
                core.events(), post.mails(), PortalAddress.of(core.options()).url());
        core.work()
                .onCommit(new RequestNews(
                        new RequestNews.Facts(core.work(), network.people(), resources, new JdbcRoleStore()),
                        ways,
                        thread));
        core.work().onCommit(new LinkNews(core.work(), network.people(), ways, thread));
        offers(core, features, network, resources);
        DeviceLetters letters =
                new DeviceLetters(network.settings(), Optional.of(letter -> NetworkWiring.mail(post, letter)));
        core.work().onCommit(new FirstDevices(core.work(), network.people(), network.devices(), letters, thread));
        Tries tries = new Tries(core.work(), new JdbcTryStore(), core.clock());
        background.every(Duration.ofMinutes(10), "forgetting old tries", tries::forget);
    }

    /// Looks denied flows up on a thread of its own. What it can't keep up with is dropped: packets don't wait for it.
    private static void offers(Core core, Features features, NetworkWiring network, Resources resources) {
        ThreadPoolExecutor thread = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MAX_DENIED),
                Thread.ofVirtual().name("offers").factory(),
                new ThreadPoolExecutor.DiscardPolicy());
        features.closeable(thread::shutdownNow);
        Offers.Facts facts = new Offers.Facts(network.people(), resources, new JdbcRequestStore());
        Grants grants = new Grants(core.work(), new JdbcGrantStore(), resources, network.people(), core.clock());
        RecentOffers recent = new RecentOffers(core.work(), facts, grants, core.clock());
        core.events().witness(recent);
        features.routes(new OfferApi(recent).routes());
        Offers offers = new Offers(core.work(), facts, core.events(), thread, core.clock());
        network.host().onDenied(denied -> {
            UserId user = denied.user();
            boolean lacksAccess = denied.reason() == Denial.NO_GRANT || denied.reason() == Denial.NOT_NOW;
            if (user != null && denied.fromDevice() && lacksAccess) {
                offers.denied(user.name(), target(denied.tuple()));
            }
        });
    }

    private static Offers.Target target(FlowTuple tuple) {
        return new Offers.Target(
                tuple.destinationHigh(),
                tuple.destinationLow(),
                tuple.destinationPort(),
                tuple.protocol(),
                EventJson.endpoint(tuple.destinationHigh(), tuple.destinationLow(), tuple.destinationPort()));
    }
}
