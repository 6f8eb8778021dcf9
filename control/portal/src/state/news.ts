import { go } from "./router";
import { may, session } from "./session";
import { toast } from "./toasts";

interface RequestNews {
    user: string;
    resource: string;
    action: string;
}

const OUTCOMES: Record<string, [string, "ok" | "bad" | "info"]> = {
    "request.supported": ["One approval more for your request for", "info"],
    "request.approved": ["Approved: you may reach", "ok"],
    "request.denied": ["Denied: your request for", "bad"],
    "request.expired": ["Nobody decided in time on your request for", "info"],
    "request.ended": ["Your access has ended:", "info"],
};

/** Tells whoever asked what became of it, and approvers that somebody asks. */
export function tellOfRequest(news: RequestNews): void {
    const outcome = OUTCOMES[news.action];
    if (news.user === session.peek()?.user.name) {
        if (outcome !== undefined) {
            toast(`${outcome[0]} ${news.resource}.`, outcome[1]);
        }
    } else if (news.action === "request.created" && may("APPROVE REQUESTS")) {
        toast(`${news.user} asks for ${news.resource}.`, "info", { label: "Decide", run: () => go("/requests") });
    }
}

interface DeviceNews {
    change: string;
    device: string;
    user?: string;
    comment?: string;
}

/** Tells people that a device of theirs was locked or unlocked, and why. */
export function tellOfDevice(news: DeviceNews): void {
    if (news.user === undefined || news.user !== session.peek()?.user.name) {
        return;
    }
    const name = news.device.slice(news.user.length + 1);
    if (news.change === "device.locked") {
        toast(`Your device ${name} was locked.`, "bad", { label: "Why", run: () => go("/me/devices") });
    } else if (news.change === "device.unlocked") {
        toast(`Your device ${name} is unlocked${news.comment ? `: ${news.comment}` : "."}`);
    }
}

interface LinkNews {
    device: string;
    outcome: string;
    source: string;
}

/** Tells whoever made a link what became of it. */
export function tellOfLink(news: LinkNews): void {
    if (news.outcome === "fetched") {
        toast(`The link for ${news.device} was used from ${news.source}.`, "info");
    } else if (news.outcome === "expired") {
        toast(`Nobody used the link for ${news.device} in time.`, "info");
    }
}
