import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { MockApi } from "./api";

const TYPES: Record<string, string> = {
    ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml",
    ".png": "image/png", ".webmanifest": "application/manifest+json",
};

/** The policy that the real server sends too: nothing inline, nothing from outside. */
export const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

export interface Running {
    url: string;
    mock: MockApi;
    close(): Promise<void>;
}

/** Serves the built portal as the real server does, with the mock API. `POST /mock/...` is for tests. */
export async function serve(folder: string): Promise<Running> {
    let mock = new MockApi();
    const server = createServer((request, response) => {
        handle(request, response).catch((error: unknown) => {
            console.error(error);
            response.writeHead(500).end();
        });
    });

    async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
        const path = new URL(request.url ?? "/", "http://localhost").pathname;
        if (path.startsWith("/api/v1/")) {
            return mock.serve(request, response);
        }
        if (path.startsWith("/mock/")) {
            switch (path) {
                case "/mock/reset": mock.stop(); mock = new MockApi(); break;
                case "/mock/setup": mock.logins.needsSetup = true; break;
                case "/mock/age": mock.logins.age(); break;
                case "/mock/request": mock.moveRequest(); break;
                case "/mock/deny": mock.deny(); break;
                case "/mock/lock": mock.lockOne(); break;
                case "/mock/challenge": mock.openChallenge(); break;
                case "/mock/flows": mock.tick(); break;
                case "/mock/traffic": mock.moveBytes(); break;
                case "/mock/touch": for (const one of [...mock.company.users, ...mock.company.resources, mock.company.network]) { one.version = (one.version ?? 0) + 1; } break;
                case "/mock/record": mock.log.grow(5); break;
                case "/mock/tamper": mock.log.tamper(3); break;
                case "/mock/restore": mock.log.cut(1000); break;
                case "/mock/addressless": delete mock.company.users.find((one) => one.name === "aiko")?.email; break;
                case "/mock/many": mock.addMany(); break;
                case "/mock/markup": mock.markUp(); break;
                case "/mock/policies": mock.company.policies.pop(); break;
                default: response.writeHead(404).end(); return;
            }
            response.writeHead(204).end();
            return;
        }
        await file(path, response);
    }

    async function file(path: string, response: ServerResponse): Promise<void> {
        const wanted = normalize(path).replace(/^(\.\.[/\\])+/, "");
        const isFile = extname(wanted) !== "";
        try {
            const bytes = await readFile(join(folder, isFile ? wanted : "index.html"));
            response.writeHead(200, {
                "Content-Type": isFile ? (TYPES[extname(wanted)] ?? "application/octet-stream") : "text/html; charset=utf-8",
                "Content-Security-Policy": POLICY,
                "X-Content-Type-Options": "nosniff",
                "Cache-Control": wanted.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache",
            });
            response.end(bytes);
        } catch {
            response.writeHead(404).end();
        }
    }

    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    return { url: `http://localhost:${port}`, get mock() { return mock; }, close: () => stop(server, mock) };
}

function stop(server: Server, mock: MockApi): Promise<void> {
    mock.stop();
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
}
