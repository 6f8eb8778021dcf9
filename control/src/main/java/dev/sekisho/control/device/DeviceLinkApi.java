package dev.sekisho.control.device;

import dev.sekisho.control.audit.Actor;
import dev.sekisho.control.web.Access;
import dev.sekisho.control.web.Answer;
import dev.sekisho.control.web.Checked;
import dev.sekisho.control.web.Principal;
import dev.sekisho.control.web.Problem;
import dev.sekisho.control.web.Request;
import dev.sekisho.control.web.Route;
import dev.sekisho.control.web.ShortList;
import dev.sekisho.policy.Permission;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The routes below `/devices/{id}/link` and `/device-links`. Users make links for their own devices,
/// administrators for all. Whoever has a link's secret needs no login; the secret comes in the body of a POST, and so
/// gets into no log.
public final class DeviceLinkApi {
    private static final int MAX_SECRET_CHARS = 100;
    private static final List<String> STATES = List.of("open", "fetched", "expired", "revoked");

    private final DeviceLinks links;
    private final Devices devices;
    private final DeviceLetters letters;
    private final String portal;
    private final InstantSource clock;

    /// @param portal where the portal is, as `https://host:port`
    public DeviceLinkApi(
            DeviceLinks links, Devices devices, DeviceLetters letters, String portal, InstantSource clock) {
        this.links = links;
        this.devices = devices;
        this.letters = letters;
        this.portal = portal;
        this.clock = clock;
    }

    /// A link that is wanted.
    ///
    /// @param lifeSeconds how long it waits: 300 to 604800; a day without
    /// @param sendMail mails it to the device's user
    record LinkBody(Optional<Long> lifeSeconds, Optional<Boolean> sendMail) {
        Duration life() {
            Duration life = lifeSeconds.map(Duration::ofSeconds).orElse(DeviceLinks.DEFAULT_LIFE);
            if (life.compareTo(DeviceLinks.SHORTEST_LIFE) < 0 || life.compareTo(DeviceLinks.LONGEST_LIFE) > 0) {
                throw Problem.invalid(
                        "lifeSeconds",
                        "is " + DeviceLinks.SHORTEST_LIFE.toSeconds() + " to " + DeviceLinks.LONGEST_LIFE.toSeconds());
            }
            return life;
        }
    }

    /// A link as it is shown.
    ///
    /// @param device its name among all
    /// @param state `open`, `fetched`, `expired` or `revoked`
    /// @param maker who made it
    /// @param fetchedFrom the address that fetched it
    record LinkView(
            String id,
            String device,
            String state,
            String maker,
            Instant createdAt,
            Instant expiresAt,
            Optional<Instant> endedAt,
            Optional<String> fetchedFrom) {
        static LinkView of(Device device, DeviceLink link, Instant now) {
            return new LinkView(
                    link.id(),
                    device.deviceId().name(),
                    link.stateAt(now).name().toLowerCase(Locale.ROOT),
                    link.maker(),
                    link.createdAt(),
                    link.expiresAt(),
                    link.endedAt(),
                    Optional.of(link.fetchedFrom()).filter(text -> !text.isEmpty()));
        }
    }

    /// A link and what is shown once only.
    ///
    /// @param url the address to hand on, with the secret behind the `#`
    /// @param qrSvg the same as a picture
    /// @param mailed whether it was sent to the device's user
    record IssuedView(LinkView link, String url, String qrSvg, boolean mailed) {
        @Override
        public String toString() {
            return "IssuedView[" + link.id() + "]";
        }
    }

    /// What a link carries.
    ///
    /// @param secret from behind the `#` of the address
    record SecretBody(String secret) {
        String checked() {
            return Checked.field("secret", () -> Checked.text("secret", secret, MAX_SECRET_CHARS));
        }

        @Override
        public String toString() {
            return "SecretBody";
        }
    }

    /// What is to be seen of a link before it is used.
    ///
    /// @param device name of the device
    /// @param user whose it is
    record WaitingView(String device, String user, Instant expiresAt) {}

    /// What a link hands out.
    ///
    /// @param fileName of the file
    /// @param config the file for the WireGuard app, with the private key
    /// @param qrSvg the same as a picture
    record FetchedView(String device, String user, String fileName, String config, String qrSvg) {
        @Override
        public String toString() {
            return "FetchedView[" + device + "]";
        }
    }

    /// All routes.
    public List<Route> routes() {
        return List.of(
                Route.post(
                                "/devices/{id}/link",
                                "Give a device a new key, handed out by a link that works once; one's own, or any")
                        .body(LinkBody.class)
                        .answers(IssuedView.class)
                        .by(this::issue),
                Route.get("/devices/{id}/links", "List the links of a device; one's own, or with VIEW NETWORK any")
                        .query("state", "open, fetched, expired or revoked")
                        .pages(LinkView.class)
                        .by(this::list),
                Route.delete("/device-links/{id}", "Take a link back; of one's own device, or with MANAGE DEVICES any")
                        .by(this::revoke),
                Route.post("/device-links/{id}/look", "See what a link hands out; it can still be used")
                        .access(Access.anyone())
                        .body(SecretBody.class)
                        .answers(WaitingView.class)
                        .by(this::look),
                Route.post("/device-links/{id}/fetch", "Get the configuration of a link, this once")
                        .access(Access.anyone())
                        .body(SecretBody.class)
                        .answers(FetchedView.class)
                        .by(this::fetch));
    }

    private Object issue(Request request) {
        Device device = Visible.find(request, devices, Permission.MANAGE_DEVICES);
        Visible.requireMayRekey(request.principal());
        LinkBody body = request.body(LinkBody.class);
        DeviceLinks.Issued issued = links.issue(
                request.actor(),
                device.id(),
                request.ifMatch(),
                new DeviceLinks.Wanted(body.life(), Visible.isByOwner(request.principal())));
        String url = portal + "/get/" + issued.link().id() + "#" + issued.secret();
        boolean mailed = body.sendMail().orElse(false) && letters.sendLink(issued, url);
        return Answer.created(
                        Route.BASE + "/device-links/" + issued.link().id(),
                        new IssuedView(
                                LinkView.of(issued.made().device(), issued.link(), clock.instant()),
                                url,
                                QrSvg.of(url),
                                mailed))
                .header("Cache-Control", "no-store");
    }

    private Object list(Request request) {
        Device device = Visible.find(request, devices, Permission.VIEW_NETWORK);
        Instant now = clock.instant();
        List<LinkView> all = links.ofDevice(device.id()).stream()
                .map(link -> LinkView.of(device, link, now))
                .toList();
        return ShortList.of(request, all)
                .oneOf("state", STATES, LinkView::state)
                .downwards(LinkView::id);
    }

    private Object revoke(Request request) {
        Principal principal = request.principal();
        DeviceLink link = links.find(request.path("id"));
        Device device = devices.find(link.deviceId());
        if (!principal.may(Permission.MANAGE_DEVICES) && !Visible.isOwn(principal, device)) {
            throw DeviceLinks.unknown();
        }
        links.revoke(request.actor(), link.id());
        return Answer.none();
    }

    private static Actor holder(Request request) {
        return new Actor("link", Optional.empty(), Actor.Via.LOGIN, request.source());
    }

    private Object look(Request request) {
        DeviceLinks.Waiting waiting =
                links.look(request.path("id"), request.body(SecretBody.class).checked());
        return Answer.of(new WaitingView(
                        waiting.device().name(),
                        waiting.device().owner().name(),
                        waiting.link().expiresAt()))
                .header("Cache-Control", "no-store");
    }

    private Object fetch(Request request) {
        DeviceLinks.Fetched fetched = links.fetch(
                holder(request),
                request.path("id"),
                request.body(SecretBody.class).checked());
        return Answer.of(new FetchedView(
                        fetched.device().name(),
                        fetched.device().owner().name(),
                        DeviceLetters.fileName(fetched.device()),
                        fetched.config(),
                        QrSvg.of(fetched.config())))
                .header("Cache-Control", "no-store");
    }
}
