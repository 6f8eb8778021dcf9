import type { IncomingMessage, ServerResponse } from "node:http";

/** A request that can't be answered as asked. */
export class Refused extends Error {
    constructor(
        readonly status: number,
        readonly code: string,
        detail: string,
        readonly errors: { field: string; message: string }[] = [],
    ) {
        super(detail);
    }
}

export function invalid(field: string, message: string): Refused {
    return new Refused(400, "invalid", message, [{ field, message }]);
}

export interface Call {
    method: string;
    path: string;
    query: URLSearchParams;
    body: Record<string, unknown>;
    cookie: string | undefined;
    csrf: string | undefined;
    ifMatch: number | undefined;
}

export async function readCall(request: IncomingMessage): Promise<Call> {
    const url = new URL(request.url ?? "/", "http://localhost");
    const chunks: Buffer[] = [];
    for await (const chunk of request) {
        chunks.push(chunk as Buffer);
    }
    const text = Buffer.concat(chunks).toString();
    const tag = /"(\d+)"/.exec(request.headers["if-match"] ?? "")?.[1];
    return {
        method: request.method ?? "GET",
        path: url.pathname.replace(/^\/api\/v1/, ""),
        query: url.searchParams,
        body: text === "" ? {} : request.headers["content-type"] === "text/csv" ? { csv: text } : (JSON.parse(text) as Record<string, unknown>),
        cookie: /(?:^|; )sekisho-mock=([^;]+)/.exec(request.headers.cookie ?? "")?.[1],
        csrf: request.headers["x-csrf-token"] as string | undefined,
        ifMatch: tag === undefined ? undefined : Number(tag),
    };
}

export function sendJson(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
    const problem = status >= 400;
    response.writeHead(status, { "Content-Type": problem ? "application/problem+json" : "application/json", "Cache-Control": "no-store", ...headers });
    response.end(body === undefined ? undefined : JSON.stringify(body));
}

export function sendProblem(response: ServerResponse, refused: Refused): void {
    sendJson(response, refused.status, {
        type: "about:blank", title: refused.code.replace(/-/g, " "), status: refused.status, detail: refused.message, code: refused.code,
        ...(refused.errors.length > 0 && { errors: refused.errors }),
    });
}
