import { api, got } from "../api/client";
import { ApiError } from "../api/problem";
import type { Challenge, Listing, Session } from "../api/types";
import { amend, forgetAll, invalidate, invalidateAll } from "./queries";
import { live } from "./live";
import { go } from "./router";
import { tellOfDevice, tellOfLink, tellOfRequest } from "./news";
import { forgetOffers, type Offer, offer, recallOffers } from "./offers";
import { may, server, session } from "./session";
import { toast } from "./toasts";
import { type DeviceTraffic, traffic } from "./devicetraffic";

/** Finds out who the server is and who is logged in. */
export async function boot(): Promise<void> {
    server.value = await got(api.GET("/server"));
    try {
        session.value = await got(api.GET("/session"));
    } catch (error) {
        if (error instanceof ApiError && (error.status === 401 || error.status === 403)) {
            session.value = null;
        } else {
            throw error;
        }
    }
}

/** Takes over what the server says of the login. */
export function entered(next: Session): void {
    const other = session.peek()?.user.id !== next.user.id;
    if (other) {
        forgetOffers();
        forgetAll();
        traffic.forget();
    }
    session.value = next;
}

export async function logOut(): Promise<void> {
    try {
        await api.DELETE("/session");
    } finally {
        live.stop();
        forgetOffers();
        forgetAll();
        traffic.forget();
        session.value = null;
        go("/login");
    }
}

/** Keeps what is on the screen true to the server. */
export function followEvents(): void {
    live.on("challenge.opened", (payload) => {
        // Somebody's packet waits for this card: it is there before the list is asked for again.
        const opened = payload as Challenge;
        amend<Listing<Challenge>>("challenges", (known) => ({ ...known, items: [opened, ...known.items.filter((one) => one.id !== opened.id)] }));
        void invalidate("challenges");
    });
    live.on("challenge.settled", () => void invalidate("challenges"));
    for (const topic of ["device.locked", "device.changed"] as const) {
        live.on(topic, (payload) => {
            tellOfDevice(payload as Parameters<typeof tellOfDevice>[0]);
            traffic.askedAgain();
            void invalidate("devices", "me/devices");
        });
    }
    live.on("device.link", (payload) => {
        tellOfLink(payload as Parameters<typeof tellOfLink>[0]);
        void invalidate("devices", "me/devices");
    });
    live.on("access.denied", (payload) => {
        if (may("REQUEST")) {
            offer(payload as Offer);
        }
    });
    live.onBegin(() => {
        if (may("REQUEST")) {
            void recallOffers(async () => (await got(api.GET("/me/offers"))).items);
        }
    });
    live.on("device.traffic", (payload) => traffic.take((payload as { devices: DeviceTraffic[] }).devices, Date.now()));
    live.on("policy.applied", () => void invalidate("network/status", "me/resources", "grants", "explain"));
    live.on("request.changed", (payload) => {
        tellOfRequest(payload as Parameters<typeof tellOfRequest>[0]);
        void invalidate("requests", "me/resources", "grants");
    });
    live.on("audit", () => void invalidate("audit"));
    live.on("server.health", () => void invalidate("status"));
    live.on("session.revoked", () => void checkSession());
    live.onRefused(() => void checkSession());
    live.onGap(() => {
        traffic.askedAgain();
        void checkSession().then(invalidateAll);
    });
}

/** Asks whose login this is. What is on the screen is never left to whom it does not belong. */
export async function checkSession(): Promise<void> {
    const before = session.peek();
    if (before === null || before === undefined) {
        return;
    }
    void invalidate("sessions");
    try {
        const now = await got(api.GET("/session"));
        if (now.user.id === before.user.id) {
            session.value = now;
        } else {
            // Somebody else has logged in in this browser: nothing of the page is theirs.
            location.reload();
            await new Promise(() => undefined);
        }
    } catch (error) {
        if (error instanceof ApiError && error.status === 401) {
            session.value = null;
            toast("You were logged out.", "info");
        } else {
            console.warn("it could not be asked whose login this is", error);
        }
    }
}
