import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import type { MockApi } from "./mock/api";

/** `npm run dev` has the mock API behind it; no part of a build. */
function mockApi(): Plugin {
    return {
        name: "sekisho-mock-api",
        apply: "serve",
        configureServer(server) {
            let mock: Promise<MockApi> | undefined;
            server.middlewares.use("/api/v1", (request, response, next) => {
                mock ??= server.ssrLoadModule("/mock/api.ts").then((module) => {
                    const made = new (module.MockApi as typeof MockApi)();
                    made.tick();
                    return made;
                });
                request.url = `/api/v1${request.url}`;
                mock.then((api) => api.serve(request, response)).catch(next);
            });
        },
    };
}

// One origin, no inline code, no outside host: what the server's content security policy allows.
export default defineConfig({
    oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
    build: {
        target: "es2022",
        // An inlined asset would be a data: URL, which the policy allows for images only.
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
        sourcemap: false,
        reportCompressedSize: false,
    },
    server: { host: "127.0.0.1", port: 5173 },
    plugins: [mockApi()],
    test: {
        silent: "passed-only",
        projects: [
            { extends: true, test: { name: "unit", include: ["test/**/*.test.ts"], environment: "node" } },
            {
                extends: true,
                test: {
                    name: "e2e",
                    include: ["e2e/*.e2e.ts"],
                    environment: "node",
                    globalSetup: ["e2e/setup.ts"],
                    fileParallelism: false,
                    testTimeout: 60_000,
                    hookTimeout: 60_000,
                },
            },
            {
                // Against the server with its data plane, which LivePortalIT starts.
                extends: true,
                test: {
                    name: "live",
                    include: ["e2e/live/*.e2e.ts"],
                    environment: "node",
                    globalSetup: ["e2e/setup.ts"],
                    fileParallelism: false,
                    testTimeout: 180_000,
                    hookTimeout: 60_000,
                },
            },
            {
                // Against the server itself, which PortalInBrowserIT starts.
                extends: true,
                test: {
                    name: "real",
                    include: ["e2e/real/*.e2e.ts"],
                    environment: "node",
                    globalSetup: ["e2e/setup.ts"],
                    fileParallelism: false,
                    testTimeout: 180_000,
                    hookTimeout: 60_000,
                },
            },
        ],
    },
});
