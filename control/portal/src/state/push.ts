import { fromBase64Url } from "../api/passkey";
import { api, got } from "../api/client";
import { browserName } from "../format/text";
import { go } from "./router";

/** Installs the worker that shows notices and keeps the shell for bad connections. */
export function startServiceWorker(): void {
    if (!("serviceWorker" in navigator) || !import.meta.env.PROD) {
        return;
    }
    navigator.serviceWorker.addEventListener("message", (event: MessageEvent<{ go?: unknown }>) => {
        const to = event.data.go;
        if (typeof to === "string" && to.startsWith("/approvals")) {
            go(to);
        }
    });
    navigator.serviceWorker.register("/sw.js").catch((error: unknown) => {
        // Without the worker the portal works, only notices and the offline page are missing.
        console.warn("the service worker can't be installed", error);
    });
}

export function pushWorks(): boolean {
    return "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
}

async function registration(): Promise<ServiceWorkerRegistration> {
    const found = await navigator.serviceWorker.getRegistration();
    if (found === undefined) {
        throw new Error("This browser did not install the portal's worker. A certificate that it does not trust is the usual reason.");
    }
    return found;
}

/** This browser's own subscription, if it has one. */
export async function currentEndpoint(): Promise<string | undefined> {
    if (!pushWorks()) {
        return undefined;
    }
    const found = await navigator.serviceWorker.getRegistration();
    return (await found?.pushManager.getSubscription())?.endpoint;
}

export async function subscribe(): Promise<void> {
    if ((await Notification.requestPermission()) !== "granted") {
        throw new Error("The browser does not allow notices from this page. Allow them in its settings for this page.");
    }
    const { publicKey } = await got(api.GET("/push/key"));
    const worker = await registration();
    const made = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: fromBase64Url(publicKey) });
    const json = made.toJSON();
    await api.POST("/push/subscriptions", {
        body: {
            endpoint: made.endpoint,
            keys: { p256dh: json.keys?.p256dh ?? "", auth: json.keys?.auth ?? "" },
            label: browserName(navigator.userAgent),
        },
    });
}

export async function unsubscribe(id: string, here: boolean): Promise<void> {
    await api.DELETE("/push/subscriptions/{id}", { params: { path: { id } } });
    if (here) {
        await (await (await registration()).pushManager.getSubscription())?.unsubscribe();
    }
}
