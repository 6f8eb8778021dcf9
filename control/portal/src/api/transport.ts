import { ApiError, problemOf } from "./problem";

/** What the transport needs to know of the login, and whom it asks. */
export interface TransportHooks {
    /** The token that unsafe requests must carry. */
    csrfToken(): string | undefined;
    /** Asks for the second factor again; false when the person gave up. */
    stepUp(): Promise<boolean>;
    /** The login is over. */
    loggedOut(): void;
}

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * A fetch that carries the CSRF token, asks for the second factor where the server wants it fresh and then repeats the
 * request, and throws every other failure as {@link ApiError}.
 */
export function transport(hooks: TransportHooks, send: typeof fetch = fetch): (request: Request) => Promise<Response> {
    let asking: Promise<boolean> | undefined;

    /** Browsers drop what is under way when the network changes, as it does when a tunnel comes up: what only reads is asked again, once. */
    async function sent(request: Request): Promise<Response> {
        if (!SAFE.has(request.method)) {
            return send(request);
        }
        const again = request.clone();
        try {
            return await send(request);
        } catch (error) {
            if (request.signal.aborted) {
                throw error;
            }
            return await send(again);
        }
    }

    async function once(request: Request): Promise<Response> {
        const token = hooks.csrfToken();
        if (token !== undefined && !SAFE.has(request.method)) {
            request.headers.set("X-CSRF-Token", token);
        }
        try {
            return await sent(request);
        } catch {
            throw new ApiError(0, "offline", "The server can't be reached. Check your connection.");
        }
    }

    return async (request) => {
        const again = request.clone();
        let response = await once(request);
        if (response.ok) {
            return response;
        }
        let problem = await problemOf(response);
        if (problem.code === "step-up-required") {
            // Requests at the same time share one question.
            asking ??= hooks.stepUp().finally(() => (asking = undefined));
            if (!(await asking)) {
                throw new ApiError(403, "step-up-cancelled", "Not done: this needs your second factor.");
            }
            response = await once(again);
            if (response.ok) {
                return response;
            }
            problem = await problemOf(response);
        }
        if (problem.status === 401 && problem.code === "unauthenticated" && !isLogin(request)) {
            hooks.loggedOut();
        }
        throw problem;
    };
}

/** A wrong password is no end of a login. */
function isLogin(request: Request): boolean {
    const path = new URL(request.url).pathname;
    return path.endsWith("/login") || path.endsWith("/session/factor") || path.endsWith("/session/passkey");
}
