// The portal's worker: notices of Web Push, and the shell of the portal when there is no connection.
// It never stores an answer of the API.
"use strict";

const CACHE = "sekisho-shell-1";
const SHELL = ["/", "/icon.svg", "/icon-192.png", "/manifest.webmanifest"];
const KEPT_ASSETS = 80;

self.addEventListener("install", (event) => {
    event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(SHELL)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
    event.waitUntil(
        caches
            .keys()
            .then((names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name))))
            .then(() => self.clients.claim()),
    );
});

self.addEventListener("fetch", (event) => {
    const url = new URL(event.request.url);
    if (event.request.method !== "GET" || url.origin !== self.location.origin || url.pathname.startsWith("/api/")) {
        return;
    }
    if (event.request.mode === "navigate") {
        event.respondWith(fromServer(event.request));
    } else if (url.pathname.startsWith("/assets/") || SHELL.includes(url.pathname)) {
        event.respondWith(asset(event.request));
    }
});

/** Pages come from the server; without it, the shell says so. */
async function fromServer(request) {
    try {
        const answer = await fetch(request);
        if (answer.ok && (answer.headers.get("content-type") || "").includes("text/html")) {
            const cache = await caches.open(CACHE);
            await cache.put("/", answer.clone());
        }
        return answer;
    } catch (error) {
        const kept = await caches.match("/");
        if (kept) {
            return kept;
        }
        throw error;
    }
}

/** The names of assets change with their content, so a kept one is never old. */
async function asset(request) {
    const cache = await caches.open(CACHE);
    const kept = await cache.match(request);
    if (kept) {
        return kept;
    }
    const answer = await fetch(request);
    if (answer.ok) {
        await cache.put(request, answer.clone());
        const keys = (await cache.keys()).filter((key) => new URL(key.url).pathname.startsWith("/assets/"));
        await Promise.all(keys.slice(0, Math.max(0, keys.length - KEPT_ASSETS)).map((key) => cache.delete(key)));
    }
    return answer;
}

self.addEventListener("push", (event) => {
    event.waitUntil(notify(event.data));
});

/** A notice: `{kind, id, title, body, url}`, where `url` is the page of an approval. Decisions are made on the page, where the second factor is asked for. */
async function notify(data) {
    let given = {};
    try {
        given = data ? data.json() : {};
    } catch (error) {
        console.warn("a push message is not JSON", error);
    }
    const page = typeof given.url === "string" && /^\/approvals\/[\w-]+$/.test(given.url) ? given.url : undefined;
    await self.registration.showNotification(String(given.title || "Sekisho"), {
        body: String(given.body || "Somebody asks for access in your name."),
        icon: "/icon-192.png",
        badge: "/icon-192.png",
        tag: String(given.id || "sekisho"),
        requireInteraction: page !== undefined,
        data: { page },
        actions: page ? [{ action: "approve", title: "Approve" }, { action: "deny", title: "Deny" }] : [],
    });
}

self.addEventListener("notificationclick", (event) => {
    event.notification.close();
    const page = (event.notification.data || {}).page;
    const wish = event.action === "deny" ? "?wish=deny" : event.action === "approve" ? "?wish=approve" : "";
    const to = page ? page + wish : "/approvals";
    event.waitUntil(open(to));
});

async function open(to) {
    const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
    for (const one of windows) {
        if (new URL(one.url).origin === self.location.origin) {
            one.postMessage({ go: to });
            return one.focus();
        }
    }
    return self.clients.openWindow(to);
}
