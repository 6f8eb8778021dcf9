import type { Session } from "./browser";

/** Pages that show what people have written. */
export const PAGES = [
    "/", "/approvals", "/me/devices", "/me/access", "/me/security", "/users", "/roles", "/factors", "/directories", "/tokens", "/tokens?tab=services", "/devices",
    "/resources", "/grants", "/requests", "/network", "/network?tab=subnets", "/network?tab=email",
    "/flows", "/audit", "/audit?tab=checkpoints", "/alerts", "/alerts?tab=deliveries", "/secrets", "/settings", "/settings?tab=mail", "/settings?tab=streams",
];

/** What has become of the markup on the page as it is now. Runs in the browser. */
function look() {
    // The frame around a page shows who is logged in: only the page itself counts.
    const shown = [...document.querySelectorAll("main, [role=dialog], dialog")];
    const values = shown.flatMap((part) => [...part.querySelectorAll<HTMLInputElement>("input, textarea")]).map((one) => one.value).join(" ");
    return {
        elements: document.querySelectorAll("[data-mark]").length,
        scripts: [...document.scripts].filter((one) => one.src === "").length,
        links: [...document.querySelectorAll("a")].filter((one) => /^\s*(javascript|data|vbscript):/i.test(one.getAttribute("href") ?? "")).length,
        ran: "mark" in window,
        shown: `${shown.map((part) => part.textContent).join(" ")} ${values}`.includes("<img data-mark"),
    };
}

/** Looks at pages whose texts hold markup: none of it may become an element, run, or be asked for. */
export class Watch {
    readonly wrong: Record<string, unknown> = {};
    /** Pages on which the markup can be read; of the others nothing is proven. */
    readonly shown: string[] = [];
    private readonly asked: string[] = [];

    constructor(private readonly at: Session) {
        at.page.on("request", (request) => {
            if (/^\/(mark\.png|(.*\/)?x)$/.test(new URL(request.url()).pathname)) {
                this.asked.push(request.url());
            }
        });
    }

    async look(what: string): Promise<void> {
        const { shown, ...found } = await this.at.page.evaluate(look);
        const rest = { ...found, complaints: this.at.complaints.splice(0), outside: this.at.outside.splice(0), asked: this.asked.splice(0) };
        if (JSON.stringify(rest) !== JSON.stringify({ elements: 0, scripts: 0, links: 0, ran: false, complaints: [], outside: [], asked: [] })) {
            this.wrong[what] = rest;
        }
        if (shown) {
            this.shown.push(what);
        }
    }
}
