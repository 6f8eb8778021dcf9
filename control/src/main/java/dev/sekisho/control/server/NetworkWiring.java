package dev.sekisho.control.server;

import dev.sekisho.control.device.DeviceApi;
import dev.sekisho.control.device.DeviceLetters;
import dev.sekisho.control.device.DeviceLinkApi;
import dev.sekisho.control.device.DeviceLinks;
import dev.sekisho.control.device.DeviceMail;
import dev.sekisho.control.device.DeviceStates;
import dev.sekisho.control.device.DeviceStore;
import dev.sekisho.control.device.Devices;
import dev.sekisho.control.device.JdbcDeviceLinkStore;
import dev.sekisho.control.device.JdbcDeviceStore;
import dev.sekisho.control.enforce.CheckpointHost;
import dev.sekisho.control.enforce.JdbcPolicyVersion;
import dev.sekisho.control.enforce.News;
import dev.sekisho.control.enforce.PolicyPublisher;
import dev.sekisho.control.enforce.PolicySource;
import dev.sekisho.control.enforce.TrafficNews;
import dev.sekisho.control.explain.ExplainApi;
import dev.sekisho.control.explain.MapApi;
import dev.sekisho.control.explain.OverlapApi;
import dev.sekisho.control.explain.ReachApi;
import dev.sekisho.control.explain.WhyApi;
import dev.sekisho.control.flows.FlowLogReader;
import dev.sekisho.control.grant.GrantApi;
import dev.sekisho.control.grant.Grants;
import dev.sekisho.control.grant.JdbcGrantStore;
import dev.sekisho.control.mail.Letter;
import dev.sekisho.control.node.Node;
import dev.sekisho.control.people.JdbcPeople;
import dev.sekisho.control.people.People;
import dev.sekisho.control.request.JdbcRequestStore;
import dev.sekisho.control.request.RequestApi;
import dev.sekisho.control.request.Requests;
import dev.sekisho.control.resource.JdbcResourceStore;
import dev.sekisho.control.resource.ResourceApi;
import dev.sekisho.control.resource.ResourceStore;
import dev.sekisho.control.resource.Resources;
import dev.sekisho.control.resource.transfer.ResourceExports;
import dev.sekisho.control.resource.transfer.ResourceImports;
import dev.sekisho.control.resource.transfer.TransferApi;
import dev.sekisho.control.run.CheckpointOpener;
import dev.sekisho.control.run.LiveCheckpointOpener;
import dev.sekisho.control.settings.JdbcSettingsStore;
import dev.sekisho.control.settings.KeySafe;
import dev.sekisho.control.settings.Settings;
import dev.sekisho.control.settings.SettingsApi;
import dev.sekisho.control.settings.UdpPorts;
import dev.sekisho.control.simulate.PolicyMaterial;
import dev.sekisho.control.simulate.SimulateApi;
import dev.sekisho.control.simulate.Simulations;
import dev.sekisho.control.tunnel.LinuxHost;
import dev.sekisho.control.tunnel.Stop;
import dev.sekisho.control.uapi.UapiSockets;
import dev.sekisho.control.web.Problem;
import dev.sekisho.tun.linux.LinuxPlatform;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Networks, devices, resources, grants, requests, and the data plane that enforces them.
final class NetworkWiring {
    private static final Duration ROOT_TOKEN_LIFE = Duration.ofMinutes(10);

    private static final Duration TRAFFIC_PACE = Duration.ofSeconds(2);

    private final Core core;
    private final Features features;
    private final KeySafe safe;
    private final People people = new JdbcPeople();
    private final DeviceStore deviceStore = new JdbcDeviceStore();
    private final Settings settings;
    private final Devices devices;
    private final DeviceStates states;
    private @Nullable CheckpointHost host;

    NetworkWiring(Core core, Features features, Vaults vaults) {
        this.core = core;
        this.features = features;
        this.safe = vaults.keySafe();
        this.settings = new Settings(core.work(), new JdbcSettingsStore(), people, safe);
        this.devices = new Devices(core.work(), deviceStore, settings, people, safe, core.clock());
        this.states = new DeviceStates(core.work(), deviceStore, devices, settings, core.clock());
    }

    /// Locks devices.
    DeviceStates states() {
        return states;
    }

    /// Who is who in the network.
    People people() {
        return people;
    }

    /// The module's settings.
    Settings settings() {
        return settings;
    }

    /// Devices.
    Devices devices() {
        return devices;
    }

    /// The data plane's host, once it is there.
    CheckpointHost host() {
        CheckpointHost made = host;
        if (made == null) {
            throw new IllegalStateException("the network is not wired yet");
        }
        return made;
    }

    void wire(Background background, PostWiring post, IdentityWiring identity, NetworkChallenges challenges) {
        settings.setUp();
        CheckpointHost made = open(identity, challenges);
        host = made;
        features.closeable(made);
        ResourceStore resourceStore = new JdbcResourceStore();
        Resources resources = new Resources(core.work(), resourceStore, people, core.clock());
        resources.setUp();
        Grants grants = new Grants(core.work(), new JdbcGrantStore(), resources, people, core.clock());
        PolicySource source = new PolicySource(
                core.work(), settings, people, resources, grants, devices, safe, new JdbcPolicyVersion());
        PolicyPublisher publisher = PolicyPublisher.start(source, made, News.of(core.events()), core.clock());
        features.closeable(publisher);
        features.health("network", () -> publisher.status().concern());
        features.condition(() -> condition(publisher.status()));
        features.follow(NodeWiring::concernsPolicy, publisher::reread);
        features.followRecords(publisher::toldElsewhere);
        Requests requests = new Requests(
                core.work(), new JdbcRequestStore(), new Requests.Access(resources, grants, people), core.clock());
        background.every(Duration.ofSeconds(10), "ending old requests", requests::sweep);
        background.every(
                TRAFFIC_PACE,
                "telling of traffic",
                new TrafficNews(made::traffic, core.events()::listening, core.places(), News.fleeting(core.events())));
        DeviceLetters letters = new DeviceLetters(settings, Optional.of(letter -> mail(post, letter)));
        features.network(settings::current);
        features.routes(new SettingsApi(settings, core.options().tunnel() ? UdpPorts.ofThisHost() : UdpPorts.unused())
                .routes());
        features.routes(new DeviceApi(new DeviceApi.Parts(devices, states, letters, made, core.places()), core.clock())
                .routes());
        DeviceLinks links = new DeviceLinks(core.work(), new JdbcDeviceLinkStore(), devices, safe, core.clock());
        background.every(Duration.ofSeconds(30), "ending old device links", links::sweep);
        features.routes(new DeviceLinkApi(
                        links,
                        devices,
                        letters,
                        PortalAddress.of(core.options()).url(),
                        core.clock())
                .routes());
        features.routes(new OverlapApi(core.work(), resources, grants, core.clock()).routes());
        features.routes(new TransferApi(
                        new ResourceImports(core.work(), resourceStore, people, core.clock()),
                        new ResourceExports(resources))
                .routes());
        features.routes(new ResourceApi(resources).routes());
        features.routes(new GrantApi(grants, core.clock()).routes());
        features.routes(new RequestApi(requests, core.clock()).routes());
        FlowWiring.wire(core, features, background, made);
        features.routes(new ExplainApi(made, publisher).routes());
        PolicyMaterial.Sources material = new PolicyMaterial.Sources(people, resources, grants);
        features.routes(
                new WhyApi(made, states, core.work(), material, new JdbcPolicyVersion(), core.clock()).routes());
        features.routes(new ReachApi(core.work(), resources, grants, people, core.clock()).routes());
        features.routes(new MapApi(core.work(), material, devices, core.clock()).routes());
        Simulations simulations = new Simulations(
                core.work(),
                material,
                devices,
                new FlowLogReader(core.options().state().resolve("flows")),
                Simulations.Clocks.of(core.clock()));
        features.routes(new SimulateApi(simulations, core.clock()).routes());
    }

    private static Node.Condition condition(PolicyPublisher.Status status) {
        return new Node.Condition(
                status.policyVersion(),
                status.failure().map(last -> new Node.Trouble(last.text(), last.since(), last.at(), last.over())));
    }

    private CheckpointHost open(IdentityWiring identity, NetworkChallenges challenges) {
        Path state = core.options().state();
        try {
            return CheckpointHost.open(
                    new CheckpointHost.Place(state, HostSocket.sockets(state), 1),
                    new CheckpointHost.Ports(
                            opener(),
                            states,
                            challenges,
                            News.of(core.events()),
                            Optional.of(() -> identity.rootTokens().mint(ROOT_TOKEN_LIFE))),
                    core.clock());
        } catch (IOException e) {
            throw new ServerException("the flow log can't be opened: " + e.getMessage(), e);
        }
    }

    private CheckpointOpener opener() {
        if (!core.options().tunnel()) {
            return CheckpointOpener.withoutTunnel();
        }
        return new LiveCheckpointOpener(new LinuxPlatform(), new LinuxHost(new Stop()), UapiSockets.SYSTEM);
    }

    /// The mail carries the configuration twice, as a file for computers and as a picture for phones; or a link to it.
    static void mail(PostWiring post, DeviceMail.Letter letter) {
        if (post.mails().settings().isEmpty()) {
            throw Problem.unavailable("no mail server is set up");
        }
        Letter plain = Letter.of(letter.to().email().orElseThrow(), letter.subject(), letter.body());
        post.mails()
                .send(
                        switch (letter.handover()) {
                            case DeviceMail.Handover.Attached attached ->
                                plain.picture("QR code for the WireGuard app on a phone", attached.qrPng())
                                        .attachment(attached.fileName(), attached.config());
                            case DeviceMail.Handover.Linked linked ->
                                plain.button("Get the configuration", linked.url());
                        });
    }
}
